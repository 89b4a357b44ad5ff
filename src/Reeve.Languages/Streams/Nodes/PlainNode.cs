using Reeve.Languages.Streams.Running;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>A stream without state: what it does with an event is one function.</summary>
internal sealed class PlainNode(StreamRun run, Func<object?, object?> send) : StreamNode(run)
{
    public override object? Send(object? seen) => send(seen);
}
