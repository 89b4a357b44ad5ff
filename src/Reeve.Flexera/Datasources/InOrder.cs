namespace Reeve.Flexera.Datasources;

/// <summary>Takes what becomes ready in any order in the order of its numbers, each as soon as all before it are there.</summary>
internal sealed class InOrder<T>(Action<T> take)
{
    private readonly Dictionary<int, T> _waiting = [];
    private readonly Lock _lock = new();
    private int _next;

    public void Done(int number, T one)
    {
        lock (_lock)
        {
            _waiting[number] = one;
            while (_waiting.Remove(_next, out var ready))
            {
                take(ready);
                _next++;
            }
        }
    }
}
