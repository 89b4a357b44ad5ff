using Microsoft.Extensions.Logging;

namespace Reeve.Server.Hosting;

/// <summary>What the server tells its operator.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "ready on {urls} after {milliseconds} ms")]
    public static partial void Ready(this ILogger logger, string urls, long milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "{document} is not at work: {reason}")]
    public static partial void NotAtWork(this ILogger logger, string document, string reason);

    [LoggerMessage(3, LogLevel.Error, "failed unexpectedly")]
    public static partial void Failed(this ILogger logger, Exception bug);

    [LoggerMessage(7, LogLevel.Information, "documents were at work after {documents} ms, everything after {all} ms")]
    public static partial void TakenUp(this ILogger logger, long documents, long all);

    [LoggerMessage(4, LogLevel.Information, "processes: {adopted} found again, {died} had died, {unknown} belong to no target")]
    public static partial void Resumed(this ILogger logger, int adopted, int died, int unknown);

    [LoggerMessage(5, LogLevel.Error, "{method} {path} failed unexpectedly")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception bug);

    [LoggerMessage(6, LogLevel.Information, "stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(8, LogLevel.Information, "the certificate in {file} is taken, good until {until}")]
    public static partial void CertificateTaken(this ILogger logger, string file, DateTime until);

    [LoggerMessage(9, LogLevel.Warning, "the certificate in {file} cannot be used, the last one stays: {reason}")]
    public static partial void CertificateRefused(this ILogger logger, string file, string reason);

    [LoggerMessage(10, LogLevel.Warning, "{url} can be reached by others and is not encrypted: tokens travel in the clear")]
    public static partial void NotEncrypted(this ILogger logger, string url);

    [LoggerMessage(12, LogLevel.Warning, "plug-in {name}: {what} {problem}")]
    public static partial void PluginTaken(this ILogger logger, string name, string what, string? problem);

    [LoggerMessage(11, LogLevel.Warning, "the keys of the issuer {issuer} cannot be had: {reason}")]
    public static partial void IssuerAway(this ILogger logger, string issuer, string reason);
}
