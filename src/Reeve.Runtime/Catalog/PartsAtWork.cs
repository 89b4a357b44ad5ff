using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Catalog;

/// <summary>Everything that documents may name and no document makes, each by its name.</summary>
/// <param name="Engines">The engines.</param>
/// <param name="Types">The policy types that are part of Reeve, by full name.</param>
/// <param name="Actors">The actors.</param>
/// <param name="Drivers">The drivers.</param>
public sealed record PartsAtWork(
    IReadOnlyDictionary<string, IEngine> Engines, IReadOnlyDictionary<string, PolicyType> Types,
    IReadOnlyDictionary<string, IActor> Actors, IReadOnlyDictionary<string, IDriver> Drivers);
