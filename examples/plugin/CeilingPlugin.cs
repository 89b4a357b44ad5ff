using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Plugins;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Targets;

namespace Ceiling;

/// <summary>What this assembly brings to Reeve.</summary>
public sealed class CeilingPlugin : IPlugin
{
    /// <inheritdoc/>
    public IReadOnlyList<IEngine> Engines { get; } = [new CeilingEngine()];

    /// <inheritdoc/>
    public IReadOnlyList<PolicyType> PolicyTypes { get; } =
    [
        new PolicyType
        {
            Name = "example.ceiling",
            Version = "1.0",
            Engine = CeilingEngine.EngineName,
            Description = "Finds (check `ceiling`) a metric above a ceiling; revision A of the example.",
            Properties = PropertySchema.Map(
                ("service", new PropertySchema { Type = PropertyKind.String, Required = true }),
                ("ceiling", new PropertySchema { Type = PropertyKind.Number, Required = true, Updatable = true })),
        },
    ];

    /// <inheritdoc/>
    public IReadOnlyList<IActor> Actors { get; } = [new NoteActor()];

    /// <inheritdoc/>
    public IReadOnlyList<IDriver> Drivers { get; } = [new PaperDriver()];
}
