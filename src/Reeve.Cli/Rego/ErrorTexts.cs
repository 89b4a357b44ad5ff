using System.Globalization;
using System.Text.Json;
using Reeve.Languages.Rego;

namespace Reeve.Cli.Rego;

/// <summary>Errors of policies and queries in the words and forms of <c>opa</c>.</summary>
/// <param name="texts">The texts by the names of their files; the query has the empty name.</param>
internal sealed class ErrorTexts(IReadOnlyDictionary<string, string> texts)
{
    /// <summary>For errors whose texts are not at hand.</summary>
    public static ErrorTexts None { get; } = new(new Dictionary<string, string>());

    /// <summary>All of them, a line each behind how many there are.</summary>
    public string All(IReadOnlyList<RegoError> errors) =>
        (errors.Count == 1 ? "1 error occurred: " : $"{errors.Count} errors occurred:\n") + string.Join('\n', errors.Select(One));

    public void Write(Utf8JsonWriter writer, IReadOnlyList<RegoError> errors)
    {
        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("message", error.Message);
            if (error.Code.Length > 0)
            {
                writer.WriteString("code", error.Code);
            }

            if (error.Row > 0)
            {
                writer.WriteStartObject("location");
                writer.WriteString("file", error.File);
                writer.WriteNumber("row", error.Row);
                writer.WriteNumber("col", error.Column);
                writer.WriteEndObject();
            }

            if (PlaceOf(error) is { } place)
            {
                writer.WriteStartObject("details");
                writer.WriteString("line", place.Line);
                writer.WriteNumber("idx", place.Index);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>One of them with its place.</summary>
    public string One(RegoError error)
    {
        var place = error.Row == 0 ? ""
            : error.File.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{error.File}:{error.Row}: ")
            : string.Create(CultureInfo.InvariantCulture, $"{error.Row}:{error.Column}: ");
        var code = error.Code.Length > 0 ? $"{error.Code}: " : "";
        var marked = PlaceOf(error)?.Marked() ?? [];
        return $"{place}{code}{error.Message}{string.Concat(marked.Select(line => $"\n\t{line}"))}";
    }

    private RegoErrorPlace? PlaceOf(RegoError error) =>
        texts.TryGetValue(error.File, out var text) ? RegoErrorPlace.Of(error, text) : null;
}
