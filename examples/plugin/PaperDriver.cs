using Reeve.Core.Targets;

namespace Ceiling;

/// <summary>A driver: its instances are on paper only, and always do as they are told.</summary>
public sealed class PaperDriver : IDriver
{
    /// <inheritdoc/>
    public string Name => "paper";

    /// <inheritdoc/>
    public Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken) => Task.FromResult(DriverOutcome.Done(
        call.Verb switch
        {
            DriverVerb.Create => TargetState.Stopped,
            DriverVerb.Start => TargetState.Started,
            DriverVerb.Stop => TargetState.Stopped,
            DriverVerb.Delete => TargetState.Deleted,
            _ => call.Target.State,
        }));
}
