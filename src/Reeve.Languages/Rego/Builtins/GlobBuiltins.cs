using System.Text;
using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Patterns of names with delimiters.</summary>
internal static class GlobBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "glob.match",
            Parameters = [RegoType.String, new RegoType(TypeKinds.Null | TypeKinds.Array), RegoType.String],
            Result = RegoType.Boolean,
            Invoke = static (_, operands) => Match(operands),
        },
        new()
        {
            Name = "glob.quote_meta", Parameters = [RegoType.String], Result = RegoType.String,
            Invoke = static (_, operands) => StringValue.Of(string.Concat(
                Operand.String(operands, 0, "glob.quote_meta").Text.Select(c => @"*?\[]{}".Contains(c) ? $"\\{c}" : c.ToString()))),
        },
    ];

    private static BooleanValue Match(ReadOnlySpan<Value> operands)
    {
        const string name = "glob.match";
        var pattern = Operand.String(operands, 0, name).Text;
        var delimiters = new StringBuilder();
        if (operands[1] is ArrayValue array)
        {
            foreach (var item in array)
            {
                var text = (item as StringValue)?.Text ?? throw Operand.Type(
                    $"{name}: operand 2 must be array of strings but got array containing {item.TypeName}");
                delimiters.Append(text.Length == 1 ? text : throw Operand.Failed($"{name}: a delimiter must be one character long"));
            }

            // as OPA: no delimiters given are those of names
            if (array.Count == 0)
            {
                delimiters.Append('.');
            }
        }
        else if (operands[1] is not NullValue)
        {
            throw Operand.Wrong(operands, 1, name, "one of {array, null}");
        }

        return BooleanValue.Of(RegexText.Of(Translate(pattern, delimiters.ToString())).IsMatch(Operand.String(operands, 2, name).Text));
    }

    private static string Translate(string glob, string delimiters)
    {
        var one = delimiters.Length == 0 ? "(?s:.)" : $"[^{string.Concat(delimiters.Select(c => $"\\x{{{(int)c:x}}}"))}]";
        var text = new StringBuilder("^(?s:");
        var depth = 0;
        for (var at = 0; at < glob.Length; at++)
        {
            var c = glob[at];
            switch (c)
            {
                case '*' when at + 1 < glob.Length && glob[at + 1] == '*':
                    text.Append(".*");
                    at++;
                    break;
                case '*':
                    text.Append(one).Append('*');
                    break;
                case '?':
                    text.Append(one);
                    break;
                case '\\' when at + 1 < glob.Length:
                    text.Append(Regex.Escape(glob[++at].ToString()));
                    break;
                case '[':
                    var close = glob.IndexOf(']', at + 1);
                    if (close < 0)
                    {
                        throw Operand.Failed("unexpected end of input");
                    }

                    var members = glob[(at + 1)..close];
                    var negated = members.StartsWith('!');
                    members = (negated ? members[1..] : members).Replace("\\", "\\\\", StringComparison.Ordinal)
                        .Replace("[", "\\[", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal);
                    text.Append(negated ? "[^" : "[").Append(members).Append(']');
                    at = close;
                    break;
                case '{':
                    depth++;
                    text.Append("(?:");
                    break;
                case '}' when depth > 0:
                    depth--;
                    text.Append(')');
                    break;
                case ',' when depth > 0:
                    text.Append('|');
                    break;
                default:
                    text.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return depth == 0 ? text.Append(")$").ToString() : throw Operand.Failed("unexpected end of input");
    }
}
