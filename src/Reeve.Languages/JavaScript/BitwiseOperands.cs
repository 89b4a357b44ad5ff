using System.Text;

namespace Reeve.Languages.JavaScript;

/// <summary>
/// Hides from the engine's compiler that an operand of <c>| &amp; ^ ~ &lt;&lt; &gt;&gt; &gt;&gt;&gt;</c> is a computed number:
/// <c>h*33 ^ c</c> becomes <c>[h*33][0] ^ c</c>, which means the same. The code that the engine makes for such an operand was written for
/// runtimes that wrap around when a number does not fit; today's stop at the largest, so that -1 | 0 would be 0. No line is added or
/// removed.
/// </summary>
internal static class BitwiseOperands
{
    private static readonly HashSet<string> _bitwise = ["|", "&", "^", "<<", ">>", ">>>", "|=", "&=", "^=", "<<=", ">>=", ">>>="];
    private static readonly HashSet<string> _prefixes = ["+", "-", "!", "~", "++", "--", "typeof", "void", "delete", "new"];
    private static readonly HashSet<string> _arithmetic = ["+", "-", "*", "/", "%"];
    private static readonly HashSet<string> _heads = ["if", "while", "for", "with", "catch", "switch"];

    /// <summary>The script with its operands hidden.</summary>
    public static string Hide(string code)
    {
        if (code.AsSpan().IndexOfAny("|&^~<>") < 0)
        {
            return code;
        }

        var tokens = ScriptTokens.Of(code);
        var partners = Partners(tokens);
        var runs = new HashSet<(int First, int Last)>();
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Text == "~")
            {
                Add(runs, tokens, (at + 1, Right(tokens, partners, at + 1, isUnary: true)));
            }
            else if (_bitwise.Contains(tokens[at].Text) && !tokens[at].IsLiteral)
            {
                Add(runs, tokens, (at + 1, Right(tokens, partners, at + 1, isUnary: false)));
                if (!tokens[at].Text.EndsWith('='))
                {
                    Add(runs, tokens, (Left(tokens, partners, at - 1), at - 1));
                }
            }
        }

        return runs.Count == 0 ? code : With(code, tokens, runs);
    }

    private static void Add(HashSet<(int First, int Last)> runs, List<ScriptToken> tokens, (int First, int Last) run)
    {
        if (run.First < 0 || run.Last < run.First || run.Last >= tokens.Count
            || (run.First == run.Last && (tokens[run.First].IsName || tokens[run.First].IsSmallWhole)))
        {
            return;
        }

        runs.Add(run);
    }

    // the last token of the operand that begins here; -1 when it is none that can be hidden
    private static int Right(List<ScriptToken> tokens, int[] partners, int at, bool isUnary)
    {
        while (true)
        {
            while (at < tokens.Count && _prefixes.Contains(tokens[at].Text) && !tokens[at].IsLiteral)
            {
                at++;
            }

            if (at >= tokens.Count || tokens[at].Text is "function" or "{")
            {
                return -1;
            }

            if (tokens[at].Text is "(" or "[")
            {
                at = partners[at];
            }
            else if (!tokens[at].IsName && !tokens[at].IsLiteral)
            {
                return -1;
            }

            if (at < 0)
            {
                return -1;
            }

            while (at + 1 < tokens.Count)
            {
                var next = tokens[at + 1];
                if (next.Text == "." && at + 2 < tokens.Count)
                {
                    at += 2;
                }
                else if (next.Text is "(" or "[")
                {
                    at = partners[at + 1];
                    if (at < 0)
                    {
                        return -1;
                    }
                }
                else if (next.Text is "++" or "--" && !next.IsOnNewLine)
                {
                    at++;
                }
                else
                {
                    break;
                }
            }

            if (isUnary || at + 1 >= tokens.Count || !_arithmetic.Contains(tokens[at + 1].Text) || tokens[at + 1].IsLiteral)
            {
                return at;
            }

            at += 2;
        }
    }

    // the first token of the operand that ends here; -1 when it is none that can be hidden
    private static int Left(List<ScriptToken> tokens, int[] partners, int at)
    {
        while (true)
        {
            // one value, from its end: what was called or indexed, back to the name in front
            while (true)
            {
                if (at >= 0 && tokens[at].Text is "++" or "--")
                {
                    at--;
                }

                if (at < 0 || tokens[at].Text == "}")
                {
                    return -1;
                }

                if (tokens[at].Text is ")" or "]")
                {
                    at = partners[at];
                    if (at < 0)
                    {
                        return -1;
                    }

                    if (at > 0 && tokens[at].Text is "(" or "[" && CanBeCalled(tokens[at - 1]))
                    {
                        if (tokens[at - 1].Text == "}")
                        {
                            return -1;
                        }

                        at--;
                        continue;
                    }
                }
                else if (!tokens[at].IsName && !tokens[at].IsLiteral)
                {
                    return -1;
                }

                if (at > 1 && tokens[at - 1].Text == ".")
                {
                    at -= 2;
                    continue;
                }

                break;
            }

            while (at > 0 && _prefixes.Contains(tokens[at - 1].Text) && !tokens[at - 1].IsLiteral && !EndsValue(tokens, partners, at - 2))
            {
                at--;
            }

            if (at < 2 || !_arithmetic.Contains(tokens[at - 1].Text) || tokens[at - 1].IsLiteral)
            {
                return at;
            }

            at -= 2;
        }
    }

    private static bool CanBeCalled(ScriptToken token) => token.IsName && !_heads.Contains(token.Text) || token.Text is ")" or "]" or "}";

    // a sign after a value is an operator; the brackets of `if (x) -a` are no value
    private static bool EndsValue(List<ScriptToken> tokens, int[] partners, int at) => at >= 0 && tokens[at] switch
    {
        { Text: ")" } => !(partners[at] > 0 && _heads.Contains(tokens[partners[at] - 1].Text)),
        { Text: "]" } => true,
        { Text: "++" or "--" } => at > 0 && (tokens[at - 1].IsName || tokens[at - 1].Text is ")" or "]"),
        var token => token.IsName || token.IsLiteral,
    };

    private static int[] Partners(List<ScriptToken> tokens)
    {
        var partners = new int[tokens.Count];
        Array.Fill(partners, -1);
        var open = new Stack<int>();
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Text is "(" or "[" or "{")
            {
                open.Push(at);
            }
            else if (tokens[at].Text is ")" or "]" or "}" && open.TryPop(out var begin))
            {
                (partners[at], partners[begin]) = (begin, at);
            }
        }

        return partners;
    }

    private static string With(string code, List<ScriptToken> tokens, HashSet<(int First, int Last)> runs)
    {
        var opens = runs.GroupBy(r => tokens[r.First].Start).ToDictionary(g => g.Key, g => g.Count());
        var closes = runs.GroupBy(r => tokens[r.Last].End).ToDictionary(g => g.Key, g => g.Count());
        var text = new StringBuilder(code.Length + (runs.Count * 5));
        for (var at = 0; at <= code.Length; at++)
        {
            for (var n = closes.GetValueOrDefault(at); n > 0; n--)
            {
                text.Append("][0]");
            }

            text.Append('[', opens.GetValueOrDefault(at));
            if (at < code.Length)
            {
                text.Append(code[at]);
            }
        }

        return text.ToString();
    }
}
