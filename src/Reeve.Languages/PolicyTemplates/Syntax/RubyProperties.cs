namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Kinds of characters by their names in regular expressions of Ruby, as members of a class of .NET.</summary>
internal static class RubyProperties
{
    private const string Letters = @"\p{L}\p{M}\p{Nl}";
    private const string Marks = @"\p{P}\p{S}";

    private static readonly Dictionary<string, string> _posix = new(StringComparer.Ordinal)
    {
        ["alpha"] = Letters,
        ["digit"] = @"\p{Nd}",
        ["alnum"] = Letters + @"\p{Nd}",
        ["upper"] = @"\p{Lu}",
        ["lower"] = @"\p{Ll}",
        ["space"] = @"\s",
        ["punct"] = @"\p{P}$+<=>^`|~",
        ["xdigit"] = "0-9a-fA-F",
        ["word"] = Letters + @"\p{Nd}\p{Pc}",
        ["blank"] = @"\p{Zs}\t",
        ["cntrl"] = @"\p{Cc}",
        ["graph"] = Letters + @"\p{N}\p{Cf}\p{Cs}" + Marks,
        ["print"] = Letters + @"\p{N}\p{Cf}\p{Cs}\p{Zs}" + Marks,
        ["ascii"] = @"\x00-\x7f",
    };

    private static readonly Dictionary<string, string> _others = new(StringComparer.Ordinal)
    {
        ["any"] = @"\s\S",
        ["letter"] = @"\p{L}",
        ["mark"] = @"\p{M}",
        ["number"] = @"\p{N}",
        ["punctuation"] = @"\p{P}",
        ["symbol"] = @"\p{S}",
        ["separator"] = @"\p{Z}",
        ["other"] = @"\p{C}",
        ["uppercaseletter"] = @"\p{Lu}",
        ["lowercaseletter"] = @"\p{Ll}",
        ["decimalnumber"] = @"\p{Nd}",
        ["latin"] = "A-Za-zªºÀ-ÖØ-öø-ʸᴀ-ᴥᴬ-ᵜᵢ-ᵥᵫ-ᵷᵹ-ᶾḀ-ỿⱠ-ⱿꜢ-ꞇＡ-Ｚａ-ｚ",
        ["greek"] = "Ͱ-ͳ͵-ͷͺ-ͽͿ΄ΆΈ-ϡϰ-Ͽἀ-῾",
        ["cyrillic"] = "Ѐ-ԯᲀ-ᲈᴫᵸⷠ-ⷿꙀ-ꚟ",
        ["han"] = @"\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"
            + @"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufa6d\ufa70-\ufad9",
        ["hiragana"] = "ぁ-ゖゝ-ゟ",
        ["katakana"] = "ァ-ヺヽ-ヿㇰ-ㇿｦ-ｯｱ-ﾝ",
        ["hangul"] = "ᄀ-ᇿ〮〯ㄱ-ㆎ가-힣",
        ["arabic"] = @"\u0600-\u0604\u0606-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u063f"
            + @"\u0641-\u064a\u0656-\u066f\u0671-\u06dc\u06de-\u06ff",
        ["hebrew"] = @"\u0591-\u05c7\u05d0-\u05ea\u05ef-\u05f4",
        ["thai"] = @"\u0e01-\u0e3a\u0e40-\u0e5b",
    };

    private static readonly HashSet<string> _categories = new(StringComparer.Ordinal)
    {
        "l", "lu", "ll", "lt", "lm", "lo", "m", "mn", "mc", "me", "n", "nd", "nl", "no", "p", "pc", "pd", "ps", "pe", "pi", "pf", "po", "s",
        "sm", "sc", "sk", "so", "z", "zs", "zl", "zp", "c", "cc", "cf", "cs", "co", "cn",
    };

    /// <summary>Of <c>d w s h</c>: those of ASCII.</summary>
    public static string Kind(char name) => name switch
    {
        'd' => "0-9",
        'w' => "a-zA-Z0-9_",
        's' => @"\x20\t\r\n\f\v",
        _ => "0-9a-fA-F",
    };

    /// <summary>Of <c>[:name:]</c>, or null.</summary>
    public static string? Posix(string name) => _posix.GetValueOrDefault(name);

    /// <summary>Of <c>\p{name}</c>, whatever its case, or null.</summary>
    public static string? Property(string name)
    {
        var plain = string.Concat(name.Where(c => c is not (' ' or '_' or '-'))).ToLowerInvariant();
        return _categories.Contains(plain) ? $"\\p{{{char.ToUpperInvariant(plain[0])}{plain[1..]}}}"
            : _posix.TryGetValue(plain, out var members) || _others.TryGetValue(plain, out members) ? members : null;
    }
}
