using System.Globalization;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Senlin.Rest;

/// <summary>A request that cannot be done, in the shape in which Senlin's clients expect it.</summary>
internal sealed class SenlinFault(int status, string type, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The name of the error, such as <c>ResourceNotFound</c>.</summary>
    public string Type { get; } = type;

    /// <summary>The request is malformed.</summary>
    public static SenlinFault BadRequest(string message) => new(400, "HTTPBadRequest", message);

    /// <summary>The request cannot be done as things are.</summary>
    public static SenlinFault Refused(string message) => new(400, "BadRequest", message);

    /// <summary>The request says nothing that is not so already.</summary>
    public static SenlinFault NothingToChange() => Refused("No property needs an update.");

    /// <summary>Something else is in the way.</summary>
    public static SenlinFault Conflict(string type, string message) => new(409, type, message);

    /// <summary>The spec in the request is wrong: every mistake with its path, one after the other.</summary>
    public static SenlinFault InvalidSpec(IReadOnlyList<Mistake> mistakes) =>
        new(400, "InvalidSpec", string.Join("; ", mistakes.Select(m => m.Path.Length == 0 ? m.Message : $"{m.Path}: {m.Message}")));

    /// <summary>There is nothing of this name.</summary>
    public static SenlinFault NotFound(string kind, string id) =>
        new(404, "ResourceNotFound", $"The {kind} '{id}' could not be found.");

    /// <summary>The body of the reply.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code", Status);
        writer.WriteString("title", Title());
        writer.WriteString("explanation", Explanation());
        writer.WriteStartObject("error");
        writer.WriteNumber("code", Status);
        writer.WriteString("message", Message);
        writer.WriteString("type", Type);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private string Title() => Status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => Status.ToString(CultureInfo.InvariantCulture),
    };

    private string Explanation() => Status switch
    {
        400 => "The server could not comply with the request since it is either malformed or otherwise incorrect.",
        403 => "Access was denied to this resource.",
        404 => "The resource could not be found.",
        409 => "There was a conflict when trying to complete your request.",
        500 => "The server has either erred or is incapable of performing the requested operation.",
        _ => Message,
    };
}
