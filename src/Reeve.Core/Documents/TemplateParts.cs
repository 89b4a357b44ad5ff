using System.Collections.Immutable;
using System.Text;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>A piece of a text: characters, or a reference.</summary>
internal readonly record struct TemplatePart(string Text, TemplateReference? Reference);

/// <summary>Cuts a text at its references.</summary>
internal static class TemplateParts
{
    /// <summary>The pieces; default when the text has neither references nor escaped braces.</summary>
    public static ImmutableArray<TemplatePart> Parse(string text, string path, List<Mistake> mistakes)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return default;
        }

        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var plain = new StringBuilder();
        var at = 0;
        while (true)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                plain.Append(text, at, text.Length - at);
                break;
            }

            if (open > at && text[open - 1] == '\\')
            {
                plain.Append(text, at, open - 1 - at).Append("{{");
                at = open + 2;
                continue;
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                mistakes.Add(new Mistake(ErrorCodes.MalformedText, path,
                    $"`{{{{` is not closed in {Quote.Text(text[open..])}; write `\\{{{{` for the braces themselves"));
                plain.Append(text, at, text.Length - at);
                break;
            }

            plain.Append(text, at, open - at);
            var inner = text[(open + 2)..close];
            at = close + 2;
            if (TemplateReference.TryParse(inner) is not { } reference)
            {
                mistakes.Add(new Mistake(ErrorCodes.MalformedText, path,
                    $"{Quote.Text(inner.Trim())} is no reference; write names with dots between, such as `target.path`"));
                plain.Append(text, open, at - open);
                continue;
            }

            Flush();
            parts.Add(new TemplatePart("", reference));
        }

        Flush();
        return parts.ToImmutable();

        void Flush()
        {
            if (plain.Length > 0)
            {
                parts.Add(new TemplatePart(plain.ToString(), null));
                plain.Clear();
            }
        }
    }
}
