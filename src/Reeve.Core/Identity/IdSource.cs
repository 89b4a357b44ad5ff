using System.Globalization;

namespace Reeve.Core.Identity;

/// <summary>
/// Gives ids that sort by time: prefix, milliseconds in base 32, then a counter and random bits. The clock and the randomness are
/// handed in, so a simulation gives the same ids every time.
/// </summary>
public sealed class IdSource(TimeProvider time, Random random)
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly Lock _gate = new();
    private long _lastMilliseconds;
    private int _counter;

    /// <summary>A new id such as <c>exe-01k9…</c>; never the same twice from one source, also when the clock steps back.</summary>
    public string Next(string prefix)
    {
        Span<char> text = stackalloc char[20];
        lock (_gate)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > _lastMilliseconds)
            {
                _lastMilliseconds = now;
                _counter = 0;
            }
            else
            {
                _counter++;
            }

            Write(text[..10], _lastMilliseconds);
            Write(text.Slice(10, 4), _counter);
            Write(text[14..], random.NextInt64(1L << 30));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{prefix}-{text}");
    }

    /// <summary>The time of the clock that the ids are made from.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    private static void Write(Span<char> into, long value)
    {
        for (var i = into.Length - 1; i >= 0; i--)
        {
            into[i] = Digits[(int)(value & 31)];
            value >>= 5;
        }
    }
}
