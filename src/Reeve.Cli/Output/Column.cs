using System.Globalization;
using System.Text.Json;

namespace Reeve.Cli.Output;

/// <summary>One column of a table.</summary>
internal sealed record Column(string Title, Func<JsonElement, string> Cell)
{
    /// <summary>The member that a dotted path names, as text; empty when it is absent.</summary>
    public static Column Of(string title, string path) => new(title, item => Text(item, path));

    /// <summary>A moment, in UTC.</summary>
    public static Column Moment(string title, string path) => new(title, item => Clock(Text(item, path)));

    public static string Text(JsonElement item, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out item))
            {
                return "";
            }
        }

        return item.ValueKind switch
        {
            JsonValueKind.String => item.GetString()!,
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            _ => item.GetRawText(),
        };
    }

    public static string Clock(string moment) =>
        DateTimeOffset.TryParse(
            moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : moment;
}
