using System.Collections.Concurrent;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Contexts to be used again, one for each evaluation that runs at the same time.</summary>
internal sealed class ContextPool(CompiledTree tree)
{
    private readonly ConcurrentQueue<Context> _rest = new();
    private Context? _first;

    public Context Rent() => Interlocked.Exchange(ref _first, null) ?? (_rest.TryDequeue(out var context) ? context : new Context(tree));

    public void Return(Context context)
    {
        context.End();
        if (Interlocked.CompareExchange(ref _first, context, null) is not null && _rest.Count < 64)
        {
            _rest.Enqueue(context);
        }
    }
}
