using System.Text.Json;
using Reeve.Core.Identity;

namespace Reeve.Core.Executions;

/// <summary>Carries out one kind of action that reaches outside: a webhook, an email, a process.</summary>
public interface IActor
{
    /// <summary>The name that a step's <c>actor</c> says.</summary>
    string Name { get; }

    /// <summary>The mistakes in the inputs of a step, found before anything runs; empty when it can be called.</summary>
    IEnumerable<string> Check(JsonElement inputs);

    /// <summary>
    /// Acts once. A repetition of a call has the same idempotency key, and the actor passes it on
    /// to whoever receives the effect. Never throws for what the outside does: that is an outcome.
    /// </summary>
    Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken);
}

/// <summary>One call on an actor.</summary>
/// <param name="IdempotencyKey">The same for each repetition of this call, also after a crash.</param>
/// <param name="Execution">The execution that calls.</param>
/// <param name="Scope">Whose it is.</param>
/// <param name="Target">The path of the target that the action is about, or null.</param>
/// <param name="Inputs">The step's inputs with all references filled in; an object.</param>
/// <param name="Context">Why: binding, policy, incident, findings, attempt; an object to show or to send.</param>
public sealed record ActorCall(
    string IdempotencyKey, ExecutionId Execution, Scope Scope, string? Target, JsonElement Inputs, JsonElement Context);

/// <summary>What came of an actor's call.</summary>
/// <param name="Succeeded">Was it done?</param>
/// <param name="Output">What it gave; an object, or undefined.</param>
/// <param name="Error">What went wrong, in a sentence that says where; null on success.</param>
/// <param name="Transient">Can trying again help?</param>
/// <param name="RetryAfter">How long the other side asks to wait before the next try.</param>
public sealed record ActorOutcome(bool Succeeded, JsonElement Output, string? Error, bool Transient, TimeSpan? RetryAfter = null)
{
    /// <summary>It was done.</summary>
    public static ActorOutcome Done(JsonElement output = default) => new(true, output, null, false);

    /// <summary>It was not done.</summary>
    public static ActorOutcome Failed(string error, bool transient, TimeSpan? retryAfter = null, JsonElement output = default) =>
        new(false, output, error, transient, retryAfter);
}
