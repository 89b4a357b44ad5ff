using Reeve.Flexera.Credentials;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.JavaScript;

namespace Reeve.Flexera.Evaluation;

/// <summary>How a template is evaluated once, outside of an applied policy.</summary>
public sealed record RunOptions
{
    /// <summary>Values of parameters as text, by name: a list is JSON. None by default.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The credentials; none by default.</summary>
    public CredentialFile Credentials { get; init; } = CredentialFile.Empty;

    /// <summary>What <c>now</c> and the scripts see; null, the default: the time at the start.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The clock of signatures, pauses and time limits.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Runs the scripts.</summary>
    public required IScriptRunner Scripts { get; init; }

    /// <summary>The reserved words.</summary>
    public WordValues Words { get; init; } = new();

    /// <summary>Where every request goes instead of its host; null, the default: to its host.</summary>
    public Uri? HttpTo { get; init; }

    /// <summary>An existing folder that keeps the traffic; null, the default: none.</summary>
    public string? RecordTo { get; init; }

    /// <summary>A folder whose traffic answers instead of the network; null, the default: none.</summary>
    public string? ReplayFrom { get; init; }

    /// <summary>Answers by <c>METHOD URL</c> instead of the network; null, the default: none.</summary>
    public IReadOnlyDictionary<string, object?>? Answers { get; init; }

    /// <summary>The only hosts that may be reached, <c>*.</c> first for all below; empty, the default: all.</summary>
    public IReadOnlyCollection<string> AllowedHosts { get; init; } = [];

    /// <summary>Leave numbers out of queries, as the original does; false by default.</summary>
    public bool Compat { get; init; }

    /// <summary>Only that datasource and what it needs; null, the default: what the validations need, and the validations.</summary>
    public string? Datasource { get; init; }

    /// <summary>Told when a datasource is done; nobody by default.</summary>
    public Action<DatasourceProfile>? Progress { get; init; }

    /// <summary>Makes what keeps long lists; the report closes it. By default in memory, then in the temporary folder.</summary>
    public Func<RowSpool> Spool { get; init; } = () => new RowSpool();

    /// <summary>The longest time of all; an hour by default, as the original has it.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(1);
}
