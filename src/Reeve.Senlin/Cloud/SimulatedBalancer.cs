using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Cloud;

/// <summary>The load balancers of the simulated cloud: they are there at once and spread nothing.</summary>
internal sealed class SimulatedBalancer : IBalancer
{
    private const string FreeAddress = "192.168.1.100";

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <inheritdoc/>
    public Task<BalancerOutcome> ApplyAsync(Balancing wanted, CancellationToken cancellationToken) =>
        Task.FromResult(new BalancerOutcome(
            null, wanted.State, wanted.Settings.Properties.Of("vip").Text("address") is { Length: > 0 } asked ? asked : FreeAddress));

    /// <inheritdoc/>
    public Task<BalancerOutcome> RemoveAsync(Balancing last, CancellationToken cancellationToken) =>
        Task.FromResult(new BalancerOutcome(null, Json.EmptyObject));
}
