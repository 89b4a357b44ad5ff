namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The functions of terms.</summary>
internal static class Functions
{
    /// <summary>Name, and the fewest and the most arguments.</summary>
    public static readonly Dictionary<string, (int Fewest, int Most)> All = new(StringComparer.Ordinal)
    {
        ["first"] = (1, 1),
        ["last"] = (1, 1),
        ["get"] = (2, 2),
        ["contains"] = (2, 2),
        ["select"] = (2, 2),
        ["size"] = (1, 1),
        ["jmes_path"] = (2, 2),
        ["jq"] = (2, 3),
        ["xpath"] = (2, 3),
        ["val"] = (2, 2),
        ["vals"] = (2, 2),
        ["href"] = (1, 1),
        ["hrefs"] = (1, 1),
        ["header"] = (1, 1),
        ["eq"] = (2, 2),
        ["ne"] = (2, 2),
        ["gt"] = (2, 2),
        ["ge"] = (2, 2),
        ["lt"] = (2, 2),
        ["le"] = (2, 2),
        ["switch"] = (3, 3),
        ["logic_and"] = (2, 2),
        ["logic_or"] = (2, 2),
        ["logic_not"] = (1, 1),
        ["inc"] = (2, 2),
        ["dec"] = (2, 2),
        ["prod"] = (2, 2),
        ["div"] = (2, 2),
        ["mod"] = (2, 2),
        ["split"] = (2, 2),
        ["join"] = (1, 2),
        ["ljust"] = (2, 3),
        ["rjust"] = (2, 3),
        ["to_n"] = (1, 1),
        ["to_s"] = (1, 1),
        ["to_b"] = (1, 1),
        ["to_d"] = (1, 1),
        ["now"] = (0, 0),
        ["cred"] = (1, 1),
        ["any"] = (1, int.MaxValue),
        ["all"] = (1, int.MaxValue),
        ["none"] = (1, int.MaxValue),
    };
}
