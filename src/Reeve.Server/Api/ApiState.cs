using System.Collections.Concurrent;
using Reeve.Core.Errors;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Runtime;
using Reeve.Runtime.Catalog;
using Reeve.Senlin.Rest;
using Reeve.Server.Access;
using Reeve.Server.Access.Secrets;
using Reeve.Server.Api.Requests;
using Reeve.Server.Hosting;
using Reeve.Server.Plugins;
using Reeve.Server.Watch;
using Reeve.Storage.Records;
using Reeve.Server.Intake.Riemann;

namespace Reeve.Server.Api;

/// <summary>What the operations of the API work on.</summary>
internal sealed class ApiState
{
    private volatile bool _isServing;

    public required LoopRuntime Runtime { get; init; }

    public required ResourceCatalog Catalog { get; init; }

    public required ResourceStore Resources { get; init; }

    public required IChangeStore Changes { get; init; }

    public required IRecordReader Records { get; init; }

    public required ReeveOptions Options { get; init; }

    public required SenlinFace Senlin { get; init; }

    public required IdempotentRequests Idempotency { get; init; }

    public required AccessGate Access { get; init; }

    public required TokenBook Tokens { get; init; }

    public required PluginShelf Plugins { get; init; }

    public required SecretBook Secrets { get; init; }

    public required ChangeFeed Feed { get; init; }

    /// <summary>Documents that are kept and could not be put to work at the start.</summary>
    public ConcurrentDictionary<ResourceKey, Mistake> NotAtWork { get; } = new();

    /// <summary>Has the start ended and the stop not begun?</summary>
    public bool IsServing
    {
        get => _isServing;
        set => _isServing = value;
    }

    /// <summary>Riemann's protocol, when it is taken in.</summary>
    public RiemannIntake? Riemann { get; set; }

    /// <summary>What has come in since the start.</summary>
    public IntakeCounters Intake { get; } = new();

    /// <summary>Why it takes nothing in; empty when it does.</summary>
    public IEnumerable<string> NotReady()
    {
        if (!IsServing)
        {
            yield return "reeve is starting or stopping";
        }

        if (Runtime.StoreHealth is { IsWell: false } store)
        {
            yield return $"the store has been failing since {store.FailingSince:u}: {store.Reason}";
        }
    }
}

/// <summary>Counts of the intake; written by many.</summary>
internal sealed class IntakeCounters
{
    public long Accepted;

    public long Unmatched;

    public long Refused;
}
