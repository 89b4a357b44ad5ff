using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>
/// A reference to a value in a context: names with dots between them, <c>steps.probe.output.code</c>. An item of a list is
/// <c>list[0]</c> or <c>list.0</c>; a name with odd characters is <c>labels["a.b/c"]</c>.
/// </summary>
/// <param name="Text">The reference as it was written, without the braces.</param>
/// <param name="Names">The names, one after the other.</param>
public sealed record TemplateReference(string Text, ImmutableArray<string> Names)
{
    private const int LongestReference = 500;

    /// <summary>The reference that a text spells; null when it is none.</summary>
    public static TemplateReference? TryParse(string text)
    {
        var rest = text.AsSpan().Trim();
        if (rest.Length is 0 or > LongestReference)
        {
            return null;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        if (!TakeName(ref rest, names))
        {
            return null;
        }

        while (rest.Length > 0)
        {
            var next = rest[0];
            rest = rest[1..];
            if (next == '.' ? !TakeName(ref rest, names) : next != '[' || !TakeBracket(ref rest, names))
            {
                return null;
            }
        }

        return new TemplateReference(text.Trim(), names.ToImmutable());
    }

    /// <summary>The value that the reference names in a context; null when it is not there, and then why.</summary>
    public JsonElement? Find(JsonElement context, out string problem)
    {
        var value = context;
        for (var i = 0; i < Names.Length; i++)
        {
            if (Step(value, Names[i]) is not { } inner)
            {
                problem = Explain(value, i);
                return null;
            }

            value = inner;
        }

        problem = "";
        return value;
    }

    private static JsonElement? Step(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => value.TryGetProperty(name, out var member) ? member : null,
        JsonValueKind.Array => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < value.GetArrayLength()
            ? value[index]
            : null,
        _ => null,
    };

    private string Explain(JsonElement at, int index)
    {
        var around = index == 0 ? "there" : Quote.Text(string.Join('.', Names.Take(index)));
        var missing = $"{Quote.Text(Text)} is not there";
        return at.ValueKind switch
        {
            JsonValueKind.Object when at.EnumerateObject().Select(m => m.Name).ToList() is { Count: > 0 } names =>
                $"{missing}: {(index == 0 ? "there is" : $"{around} has")} {Quote.List(names)}{DidYouMean.Hint(Names[index], names)}",
            JsonValueKind.Object => $"{missing}: {(index == 0 ? "there is nothing to refer to" : $"{around} is empty")}",
            JsonValueKind.Array => $"{missing}: {around} is a list of {at.GetArrayLength()}",
            _ => $"{missing}: {around} is {Quote.Value(at)}",
        };
    }

    private static bool TakeName(ref ReadOnlySpan<char> rest, ImmutableArray<string>.Builder names)
    {
        var length = 0;
        while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] is '_' or '-'))
        {
            length++;
        }

        if (length == 0)
        {
            return false;
        }

        names.Add(rest[..length].ToString());
        rest = rest[length..];
        return true;
    }

    private static bool TakeBracket(ref ReadOnlySpan<char> rest, ImmutableArray<string>.Builder names)
    {
        if (rest.Length > 0 && rest[0] is '"' or '\'')
        {
            var end = rest[1..].IndexOf(rest[0]);
            if (end < 0 || rest.Length < end + 3 || rest[end + 2] != ']')
            {
                return false;
            }

            names.Add(rest.Slice(1, end).ToString());
            rest = rest[(end + 3)..];
            return true;
        }

        if (!TakeName(ref rest, names) || rest.Length == 0 || rest[0] != ']')
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }
}
