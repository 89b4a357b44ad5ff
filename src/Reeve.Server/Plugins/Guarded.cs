using System.Text.Json;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Server.Plugins;

/// <summary>An engine of a plug-in, whose exceptions are mistakes of the document that it was asked about.</summary>
internal sealed class GuardedEngine(string plugin, IEngine engine) : IEngine
{
    /// <inheritdoc/>
    public string Name { get; } = engine.Name;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        try
        {
            return [.. engine.CheckSource(type)];
        }
        catch (Exception e)
        {
            return [Failed(e)];
        }
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy)
    {
        try
        {
            return engine.Compile(type, policy);
        }
        catch (Exception e)
        {
            return CompileOutcome.Wrong(Failed(e));
        }
    }

    private Mistake Failed(Exception e) =>
        new(ErrorCodes.NotAllowed, "/spec", $"the plug-in `{plugin}` failed: {e.GetType().Name}: {e.Message.TrimEnd('.')}");
}

/// <summary>An actor of a plug-in, whose exceptions are outcomes.</summary>
internal sealed class GuardedActor(string plugin, IActor actor) : IActor
{
    /// <inheritdoc/>
    public string Name { get; } = actor.Name;

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs)
    {
        try
        {
            return [.. actor.Check(inputs)];
        }
        catch (Exception e)
        {
            return [$"the plug-in `{plugin}` failed: {e.GetType().Name}: {e.Message.TrimEnd('.')}"];
        }
    }

    /// <inheritdoc/>
    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await actor.ActAsync(call, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return ActorOutcome.Failed($"the plug-in `{plugin}` failed: {e.GetType().Name}: {e.Message.TrimEnd('.')}", transient: false);
        }
    }
}

/// <summary>A driver of a plug-in, whose exceptions are outcomes.</summary>
internal sealed class GuardedDriver(string plugin, IDriver driver) : IDriver
{
    /// <inheritdoc/>
    public string Name { get; } = driver.Name;

    /// <inheritdoc/>
    public async Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.InvokeAsync(call, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return DriverOutcome.Failed(
                call.Target.State, $"`{call.Target.Key}`: the plug-in `{plugin}` failed: {e.GetType().Name}: {e.Message.TrimEnd('.')}",
                transient: false);
        }
    }
}
