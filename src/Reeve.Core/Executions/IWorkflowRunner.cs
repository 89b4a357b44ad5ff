using System.Text.Json;
using Reeve.Core.Identity;

namespace Reeve.Core.Executions;

/// <summary>Runs a workflow to its end, for whoever waits for the outcome.</summary>
public interface IWorkflowRunner
{
    /// <summary>
    /// Starts the workflow, unless an execution with this idempotency key exists, and waits for its end. The execution that comes back may
    /// not have ended: then the time-out passed first. A workflow that does not exist comes back as a failed execution that says so.
    /// </summary>
    Task<Execution> RunAsync(
        Scope scope, string workflow, string? target, JsonElement inputs, string idempotencyKey, string createdBy, TimeSpan timeout,
        CancellationToken cancellationToken);
}
