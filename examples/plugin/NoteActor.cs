using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Ceiling;

/// <summary>An actor: writes a line to a file, once for each call however often it is repeated.</summary>
public sealed class NoteActor : IActor
{
    /// <inheritdoc/>
    public string Name => "note";

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs)
    {
        if (inputs.Text("file") is not { Length: > 0 })
        {
            yield return "file: is missing";
        }
    }

    /// <inheritdoc/>
    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        var file = call.Inputs.Text("file")!;
        try
        {
            var written = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
            var line = $"{call.IdempotencyKey} {call.Inputs.Text("text")}";
            if (!written.Contains(line))
            {
                await File.AppendAllLinesAsync(file, [line], cancellationToken);
            }

            return ActorOutcome.Done();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ActorOutcome.Failed($"`{file}`: {e.Message}", transient: true);
        }
    }
}
