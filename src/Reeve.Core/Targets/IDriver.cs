using System.Text.Json;

namespace Reeve.Core.Targets;

/// <summary>Does lifecycle operations on nodes: real local processes, something behind HTTP, or a simulation.</summary>
public interface IDriver
{
    /// <summary>The name that a target's <c>driver.name</c> says.</summary>
    string Name { get; }

    /// <summary>
    /// Does one verb on one instance. The same call with the same idempotency key may come again after a crash, and must then find
    /// what it made before and not make another. Never throws for what the outside does: that is an outcome.
    /// </summary>
    Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken);
}

/// <summary>What a driver can be asked to do to one instance. Restart, heal and scaling are made of these.</summary>
public enum DriverVerb
{
    /// <summary>Bring the instance into being (not yet running).</summary>
    Create,

    /// <summary>Run it; returns once it runs.</summary>
    Start,

    /// <summary>Stop it; stopping what is stopped or gone is fine.</summary>
    Stop,

    /// <summary>Remove it; removing what is gone is fine.</summary>
    Delete,

    /// <summary>Look, and say its state; changes nothing.</summary>
    Check,
}

/// <summary>One call on a driver.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Target">The instance, as known.</param>
/// <param name="Config">The driver's configuration from the nearest target that names the driver; an object.</param>
/// <param name="Inputs">Inputs of the operation; an object.</param>
/// <param name="IdempotencyKey">The same for each repetition of this call.</param>
public sealed record DriverCall(DriverVerb Verb, Target Target, JsonElement Config, JsonElement Inputs, string IdempotencyKey);

/// <summary>What came of a driver call.</summary>
/// <param name="Succeeded">Was it done?</param>
/// <param name="State">The state of the instance now.</param>
/// <param name="Properties">Properties to merge into the target's; an object, or undefined for none.</param>
/// <param name="Error">What went wrong, in a sentence that names the instance; null on success.</param>
/// <param name="Transient">Can trying again help?</param>
public sealed record DriverOutcome(bool Succeeded, TargetState State, JsonElement Properties, string? Error, bool Transient)
{
    /// <summary>It was done.</summary>
    public static DriverOutcome Done(TargetState state, JsonElement properties = default) => new(true, state, properties, null, false);

    /// <summary>It was not done.</summary>
    public static DriverOutcome Failed(TargetState state, string error, bool transient) => new(false, state, default, error, transient);
}
