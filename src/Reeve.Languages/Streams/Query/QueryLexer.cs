namespace Reeve.Languages.Streams.Query;

/// <summary>
/// Cuts a query into words. The longest word that fits wins; of equally long ones an operator before a number before a reserved word
/// before a name. Since names may hold nearly any character, <c>a=1</c> is one name: operators stand between blanks.
/// </summary>
internal static class QueryLexer
{
    private const string NotInNames = "^`'\"#~@:/%()[]{} \n\r\t,";
    private static readonly string[] _namedCharacters = ["newline", "return", "space", "tab", "formfeed", "backspace"];

    private static readonly (string Text, QueryTokenKind Kind)[] _operators =
    [
        ("(", QueryTokenKind.Open), (")", QueryTokenKind.Close),
        ("=", QueryTokenKind.Equal), ("!=", QueryTokenKind.NotEqual),
        ("<", QueryTokenKind.Less), (">", QueryTokenKind.Greater),
        ("<=", QueryTokenKind.LessEqual), (">=", QueryTokenKind.GreaterEqual),
        ("=~", QueryTokenKind.Like), ("~=", QueryTokenKind.Regex),
    ];

    /// <summary>The words in order, closed by one that says the end.</summary>
    public static List<QueryToken> Read(string text)
    {
        var tokens = new List<QueryToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is ' ' or '\n' or '\r' or '\t' or ',')
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new QueryToken(QueryTokenKind.End, at, 0));
                return tokens;
            }

            var token = text[at] == '"' ? Text(text, at) : Word(text, at);
            tokens.Add(token);
            at += token.Length;
        }
    }

    private static QueryToken Text(string text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '"':
                    return new QueryToken(QueryTokenKind.Text, start, at + 1 - start);
            }
        }

        throw new QueryException(start, "the text that begins here has no closing `\"`");
    }

    private static QueryToken Word(string text, int start)
    {
        var name = Name(text, start);
        var (number, kind) = Number(text, start);
        foreach (var (symbol, meaning) in _operators)
        {
            if (symbol.Length >= Math.Max(name, number)
                && string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0
                && !IsLongerOperator(text, start, symbol.Length))
            {
                return new QueryToken(meaning, start, symbol.Length);
            }
        }

        if (number > 0 && number >= name)
        {
            return kind is { } known
                ? new QueryToken(known, start, number)
                : throw new QueryException(start, $"`{text.Substring(start, number)}`: queries have no hexadecimal numbers");
        }

        if (Character(text, start) is var character and > 0 && character >= name)
        {
            throw new QueryException(
                start, $"`{text.Substring(start, character)}`: queries have no characters, only texts such as `\"a\"`");
        }

        return name > 0
            ? new QueryToken(Reserved(text.AsSpan(start, name)), start, name)
            : throw new QueryException(start, $"unexpected character {Show(text, start)}");
    }

    private static bool IsLongerOperator(string text, int start, int length) =>
        length == 1 && start + 1 < text.Length && (text[start], text[start + 1]) is ('=', '~') or ('<', '=') or ('>', '=');

    private static QueryTokenKind Reserved(ReadOnlySpan<char> word) => word switch
    {
        "not" => QueryTokenKind.Not,
        "and" => QueryTokenKind.And,
        "or" => QueryTokenKind.Or,
        "tagged" => QueryTokenKind.Tagged,
        "true" => QueryTokenKind.True,
        "false" => QueryTokenKind.False,
        "nil" or "null" => QueryTokenKind.Nil,
        _ => QueryTokenKind.Name,
    };

    private static int Name(string text, int start)
    {
        if (!IsHead(text[start]))
        {
            return 0;
        }

        var end = Rest(text, start + 1);
        while (end < text.Length && text[end] == ':' && Rest(text, end + 1) is var next && next > end + 1)
        {
            end = next;
        }

        return end - start;
    }

    private static int Rest(string text, int at)
    {
        while (at < text.Length && (IsHead(text[at]) || char.IsAsciiDigit(text[at])))
        {
            at++;
        }

        return at;
    }

    private static bool IsHead(char c) => !char.IsAsciiDigit(c) && !NotInNames.Contains(c);

    // a null kind: a hexadecimal number, which has a word and no meaning
    private static (int Length, QueryTokenKind? Kind) Number(string text, int start)
    {
        var at = text[start] == '-' ? start + 1 : start;
        foreach (var special in (ReadOnlySpan<string>)["Infinity", "NaN"])
        {
            if (string.CompareOrdinal(text, at, special, 0, special.Length) == 0)
            {
                return (at + special.Length - start, QueryTokenKind.Float);
            }
        }

        var end = Digits(text, at);
        if (end == at)
        {
            return default;
        }

        if (at == start && text[at] == '0' && end == at + 1 && end < text.Length && text[end] is 'x' or 'X')
        {
            var hexadecimal = end + 1;
            while (hexadecimal < text.Length && char.IsAsciiHexDigit(text[hexadecimal]))
            {
                hexadecimal++;
            }

            if (hexadecimal > end + 1)
            {
                return (hexadecimal - start, null);
            }
        }

        var isFloat = false;
        var whole = end;
        if (whole < text.Length && text[whole] == '.' && Digits(text, whole + 1) is var fraction && fraction > whole + 1)
        {
            isFloat = true;
            end = fraction;
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var power = end + 1 < text.Length && text[end + 1] == '-' ? end + 2 : end + 1;
            if (Digits(text, power) is var last && last > power)
            {
                isFloat = true;
                end = last;
            }
        }

        if (isFloat)
        {
            return (end - start, QueryTokenKind.Float);
        }

        return end < text.Length && text[end] is 'n' or 'N' ? (end + 1 - start, QueryTokenKind.Big)
            : end < text.Length && text[end] is 'l' or 'L' ? (end + 1 - start, QueryTokenKind.Long)
            : (end - start, QueryTokenKind.Long);
    }

    private static int Digits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int Character(string text, int start)
    {
        if (text[start] != '\\' || start + 1 == text.Length)
        {
            return 0;
        }

        foreach (var named in _namedCharacters)
        {
            if (string.CompareOrdinal(text, start + 1, named, 0, named.Length) == 0)
            {
                return named.Length + 1;
            }
        }

        return 2;
    }

    private static string Show(string text, int at) =>
        char.IsControl(text[at]) ? $"U+{(int)text[at]:X4}" : $"`{text[at]}`";
}
