using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Errors;

namespace Reeve.Server.Api;

/// <summary>A request that cannot be done, as problem details (RFC 9457).</summary>
internal sealed class ApiProblem : Exception
{
    public ApiProblem(string code, string detail, int? status = null)
        : base(detail)
    {
        Code = code;
        Status = status ?? StatusOf(code);
        Mistakes = [];
    }

    public ApiProblem(IReadOnlyList<Mistake> mistakes, int? status = null)
        : base(mistakes.Count == 1 ? mistakes[0].ToString() : $"{mistakes.Count} mistakes; the first: {mistakes[0]}")
    {
        Code = mistakes[0].Code;
        Status = status ?? StatusOf(Code);
        Mistakes = mistakes;
    }

    public string Code { get; }

    public int Status { get; }

    public IReadOnlyList<Mistake> Mistakes { get; }

    /// <summary>Seconds after which to try again; null when trying again does not help.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>More members of the reply.</summary>
    public Action<Utf8JsonWriter>? More { get; init; }

    /// <summary>What is wrong with documents: a reference to nothing is a mistake in them, not an address that is not there.</summary>
    public static ApiProblem InDocuments(IReadOnlyList<Mistake> mistakes) =>
        new(mistakes, mistakes[0].Code == ErrorCodes.NotFound ? StatusCodes.Status422UnprocessableEntity : null);

    public Task WriteAsync(HttpContext http)
    {
        if (RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return JsonReply.WriteAsync(http, Status, "application/problem+json", Write);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", $"urn:reeve:error:{Code}");
        writer.WriteString("title", Code.Replace('-', ' '));
        writer.WriteNumber("status", Status);
        writer.WriteString("code", Code);
        writer.WriteString("detail", Message);
        writer.WriteStartArray("errors");
        foreach (var mistake in Mistakes)
        {
            writer.WriteStartObject();
            writer.WriteString("code", mistake.Code);
            writer.WriteString("path", mistake.Path);
            writer.WriteString("message", mistake.Message);
            if (mistake.Position is { } place)
            {
                writer.WriteString("file", place.File);
                writer.WriteNumber("line", place.Line);
                writer.WriteNumber("column", place.Column);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        More?.Invoke(writer);
        writer.WriteEndObject();
    }

    private static int StatusOf(string code) => code switch
    {
        ErrorCodes.MalformedText or ErrorCodes.NotUtf8 or ErrorCodes.TooDeep or ErrorCodes.AbsurdTime => StatusCodes.Status400BadRequest,
        ErrorCodes.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCodes.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCodes.NotFound => StatusCodes.Status404NotFound,
        ErrorCodes.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCodes.InUse or ErrorCodes.Conflict or ErrorCodes.Overlap or ErrorCodes.Refused => StatusCodes.Status409Conflict,
        ErrorCodes.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.UnsupportedMedia => StatusCodes.Status415UnsupportedMediaType,
        ErrorCodes.QueueFull or ErrorCodes.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCodes.Internal => StatusCodes.Status500InternalServerError,
        ErrorCodes.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
