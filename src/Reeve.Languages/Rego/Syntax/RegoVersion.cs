namespace Reeve.Languages.Rego.Syntax;

/// <summary>The version of the language that a text is written in.</summary>
public enum RegoVersion
{
    /// <summary>The language before OPA 1.0: <c>if</c>, <c>contains</c>, <c>in</c> and <c>every</c> must be imported.</summary>
    V0,

    /// <summary>The language of OPA 1.0.</summary>
    V1,
}
