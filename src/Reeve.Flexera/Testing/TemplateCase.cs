using Reeve.Languages.Data;

namespace Reeve.Flexera.Testing;

/// <summary>One case beside a template.</summary>
public sealed record TemplateCase
{
    /// <summary>What a recording holds in place of a secret; as the value of a parameter it finds the same requests there again.</summary>
    public const string Removed = Network.Secrets.Removed;

    /// <summary>What it shows.</summary>
    public required string Name { get; init; }

    /// <summary>Values of parameters as <c>--param</c> takes them.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Values of reserved words.</summary>
    public required IReadOnlyDictionary<string, string> Words { get; init; }

    /// <summary>The clock; null for the real one.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Are numbers left out of queries, as the original does?</summary>
    public bool Compat { get; init; }

    /// <summary>The folder of the recorded traffic, or null.</summary>
    public string? Replay { get; init; }

    /// <summary>Answers by <c>METHOD URL</c>: a body, or a map of <c>status</c>, <c>headers</c> and <c>body</c>.</summary>
    public required OrderedDictionary<string, object?> Answers { get; init; }

    /// <summary>What is expected: <c>incidents</c>, <c>datasources</c>, <c>requests</c>, <c>errors</c>; what is not named is not
    /// compared, but errors that nobody expects.</summary>
    public required OrderedDictionary<string, object?> Expected { get; init; }
}
