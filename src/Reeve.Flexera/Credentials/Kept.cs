using System.Collections.Concurrent;

namespace Reeve.Flexera.Credentials;

/// <summary>What was exchanged for a credential, by key, as long as it is valid; asked for once, whoever waits for it.</summary>
internal sealed class Kept<T>(TimeProvider time)
    where T : class
{
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    public async Task<T> GetAsync(string key, Func<Task<(T Value, TimeSpan Valid)>> ask, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(key, _ => new Slot());
        await slot.One.WaitAsync(cancellationToken);
        try
        {
            if (slot.Value is null || slot.Until <= time.GetUtcNow())
            {
                slot.Value = null;
                var (value, valid) = await ask();
                (slot.Value, slot.Until) = (value, time.GetUtcNow() + Shortened(valid));
                return value;
            }

            return slot.Value;
        }
        finally
        {
            slot.One.Release();
        }
    }

    // a request that is signed now arrives later; of what lives only shortly half its life can be used
    private static TimeSpan Shortened(TimeSpan valid)
    {
        var sure = valid - TimeSpan.FromSeconds(30);
        return sure > valid / 2 ? sure : valid / 2;
    }

    private sealed class Slot
    {
        public SemaphoreSlim One { get; } = new(1);

        public T? Value { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
