using System.Globalization;
using Reeve.Languages.Streams.Events;

namespace Reeve.Server.Intake.Riemann.Wire;

/// <summary>Writes replies, each behind its length, one after the other.</summary>
internal sealed class ReplyWriter : IDisposable
{
    /// <summary>The longest answer to a query, in bytes.</summary>
    public const int MaxAnswer = 256 * 1024 * 1024;

    private static readonly byte[] _accepted = [0, 0, 0, 2, 0x10, 1];
    private readonly ProtoWriter _output = new();

    /// <summary>How many bytes wait to be sent.</summary>
    public int Length => _output.Length;

    /// <summary>The replies.</summary>
    public ReadOnlyMemory<byte> Written => _output.Written;

    /// <summary>They were sent.</summary>
    public void Clear() => _output.Clear();

    /// <summary>All was taken.</summary>
    public void Accept() => _output.Raw(_accepted);

    /// <summary>It was not taken, because.</summary>
    public void Refuse(string error)
    {
        var begin = Open();
        _output.Varint(2, 0);
        _output.Text(3, error);
        Close(begin);
    }

    /// <summary>The events that were asked for.</summary>
    public void Answer(IEnumerable<StreamEvent> events)
    {
        var begin = Open();
        _output.Varint(2, 1);
        foreach (var seen in events)
        {
            var at = _output.Open(6);
            Write(seen);
            _output.Close(at);
            if (_output.Length - begin > MaxAnswer)
            {
                _output.Truncate(begin);
                Refuse(string.Create(CultureInfo.InvariantCulture, $"the answer is larger than {MaxAnswer} bytes; ask for less"));
                return;
            }
        }

        Close(begin);
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private int Open()
    {
        var begin = _output.Length;
        _output.Raw([0, 0, 0, 0]);
        return begin;
    }

    private void Close(int begin) => _output.Patch(begin, _output.Length - begin - 4);

    private void Write(StreamEvent seen)
    {
        if (seen.Time.HasValue)
        {
            _output.Varint(1, (long)Math.Floor(seen.Time.ToDouble()));
            _output.Varint(10, (long)Math.Round(seen.Time.ToDouble() * 1e6));
        }

        _output.Text(2, seen.State);
        _output.Text(3, seen.Service);
        _output.Text(4, seen.Host);
        _output.Text(5, seen.Description);
        foreach (var tag in seen.Tags ?? [])
        {
            _output.Text(7, tag);
        }

        if (seen.Ttl.HasValue)
        {
            _output.Single(8, (float)seen.Ttl.ToDouble());
        }

        foreach (var (key, value) in seen.Attributes)
        {
            var at = _output.Open(9);
            _output.Text(1, key.Name);
            _output.Text(2, Convert.ToString(value, CultureInfo.InvariantCulture));
            _output.Close(at);
        }

        if (seen.Metric.HasValue)
        {
            if (seen.Metric.TryToInt64(out var whole))
            {
                _output.Zigzag(13, whole);
            }
            else
            {
                _output.Double(14, seen.Metric.ToDouble());
            }

            _output.Single(15, (float)seen.Metric.ToDouble());
        }
    }
}
