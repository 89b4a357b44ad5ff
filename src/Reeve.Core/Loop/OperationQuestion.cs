using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Matching;
using Reeve.Core.Signals;

namespace Reeve.Core.Loop;

/// <summary>
/// An operation that asks its policies, one after the other in the order
/// of priority; each sees what the ones before it laid over the operation.
/// </summary>
public sealed class OperationQuestion(OperationSignal signal, IReadOnlyList<ActiveBinding> bindings)
{
    private readonly TaskCompletionSource<OperationAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<OperationOpinion> _opinions = [];
    private JsonElement _data = signal.Data;
    private int _next;

    /// <summary>The operation.</summary>
    public OperationSignal Signal => signal with { Data = _data };

    /// <summary>The answer, when all were asked or one refused.</summary>
    public Task<OperationAnswer> Answer => _answer.Task;

    /// <summary>The next binding to ask; null when there is none, and then the answer is given.</summary>
    public ActiveBinding? Next()
    {
        if (_next < bindings.Count)
        {
            return bindings[_next++];
        }

        _answer.TrySetResult(new OperationAnswer(null, null, _data, _opinions));
        return null;
    }

    /// <summary>A policy had nothing to say, or changed the operation.</summary>
    public void Take(ActiveBinding from, JsonElement data)
    {
        _data = Json.Merge(_data, data);
        _opinions.Add(new OperationOpinion(
            from.Binding.Name, from.Policy.Name, from.Policy.Revision, data.ValueKind == JsonValueKind.Object ? data : Json.EmptyObject));
    }

    /// <summary>A policy refused it.</summary>
    public void Refuse(ActiveBinding from, string reason)
    {
        _opinions.Add(new OperationOpinion(from.Binding.Name, from.Policy.Name, from.Policy.Revision, Json.EmptyObject));
        _answer.TrySetResult(new OperationAnswer(from.Binding.Name, reason, _data, _opinions));
    }
}

/// <summary>What the policies say of an operation.</summary>
/// <param name="RefusedBy">The binding that refused it; null when it may run.</param>
/// <param name="Reason">Why.</param>
/// <param name="Data">What the policies laid over it; an object.</param>
/// <param name="Opinions">Who was asked, in order, and what each changed.</param>
public sealed record OperationAnswer(string? RefusedBy, string? Reason, JsonElement Data, IReadOnlyList<OperationOpinion> Opinions);

/// <summary>What one policy changed.</summary>
public sealed record OperationOpinion(string Binding, string Policy, long PolicyRevision, JsonElement Data);
