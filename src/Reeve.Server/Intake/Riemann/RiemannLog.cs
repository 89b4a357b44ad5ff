using Microsoft.Extensions.Logging;

namespace Reeve.Server.Intake.Riemann;

/// <summary>What the intake of Riemann's protocol tells its operator.</summary>
internal static partial class RiemannLog
{
    [LoggerMessage(50, LogLevel.Information, "riemann: listens on {address}")]
    public static partial void RiemannListens(this ILogger logger, string address);

    [LoggerMessage(51, LogLevel.Warning, "riemann: {from} sent what cannot be taken (told once): {error}")]
    public static partial void RiemannMalformed(this ILogger logger, string from, string error);

    [LoggerMessage(52, LogLevel.Warning, "riemann: {from} was turned away: there are {connections} connections already")]
    public static partial void RiemannTurnedAway(this ILogger logger, string from, int connections);

    [LoggerMessage(53, LogLevel.Warning, "riemann: {from} was cut off: it kept reeve waiting for {patience}")]
    public static partial void RiemannCutOff(this ILogger logger, string from, TimeSpan patience);

    [LoggerMessage(54, LogLevel.Warning, "riemann: {from} could not be secured: {reason}")]
    public static partial void RiemannNotSecured(this ILogger logger, string from, string reason);

    [LoggerMessage(55, LogLevel.Warning, "riemann: a connection could not be accepted: {reason}")]
    public static partial void RiemannNotAccepted(this ILogger logger, string reason);

    [LoggerMessage(56, LogLevel.Warning, "riemann: the index holds {entries} events, which is all that it may; new ones are not indexed")]
    public static partial void RiemannIndexFull(this ILogger logger, int entries);

    [LoggerMessage(57, LogLevel.Warning, "riemann: {hosts} hosts are targets, which is all that may be; others reach no binding")]
    public static partial void RiemannHostsFull(this ILogger logger, int hosts);

    [LoggerMessage(58, LogLevel.Warning, "riemann: a subscriber of `{channel}` was let go: {waiting} events waited for it")]
    public static partial void RiemannSubscriberSlow(this ILogger logger, string channel, int waiting);
}
