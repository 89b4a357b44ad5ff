using YamlDotNet.Core;

namespace Reeve.Core.Documents;

/// <summary>What a YAML node is.</summary>
internal enum YamlKind
{
    Scalar,
    Sequence,
    Mapping,
}

/// <summary>A node of a YAML document; several aliases share one.</summary>
internal sealed class YamlNode(YamlKind kind, Mark mark)
{
    public YamlKind Kind { get; } = kind;

    public int Line { get; } = (int)mark.Line;

    public int Column { get; } = (int)mark.Column;

    public string Text { get; init; } = "";

    /// <summary>Is it written without quotes, so that it may be a number, a flag or null?</summary>
    public bool Plain { get; init; }

    public string? Tag { get; init; }

    /// <summary>Is its end not yet read? An alias to it would make it part of itself.</summary>
    public bool IsOpen { get; set; }

    public List<YamlNode> Items { get; } = [];

    public List<YamlMember> Members { get; } = [];

    /// <summary>Where its parts stand, once they are known.</summary>
    public SourceNode? Source { get; set; }
}

/// <summary>A member of a mapping, and where its name stands.</summary>
internal sealed record YamlMember(YamlNode Name, YamlNode Value, Mark Mark);
