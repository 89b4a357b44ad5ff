namespace Reeve.Server.Intake.Riemann;

/// <summary>What has come in by Riemann's protocol since the start; written by many.</summary>
internal sealed class RiemannCounters
{
    private long _events;
    private long _queries;
    private long _refused;
    private long _malformed;
    private long _datagrams;
    private long _dropped;
    private long _turnedAway;
    private long _cutOff;
    private long _unsent;

    /// <summary>Events that were taken.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Queries that were answered.</summary>
    public long Queries => Volatile.Read(ref _queries);

    /// <summary>Events that were refused with an answer.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Messages that could not be read.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Datagrams that came.</summary>
    public long Datagrams => Volatile.Read(ref _datagrams);

    /// <summary>Events of datagrams that could not be taken.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Connections that were one too many.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Connections that kept Reeve waiting.</summary>
    public long CutOff => Volatile.Read(ref _cutOff);

    /// <summary>Subscribers that were let go because they were too slow.</summary>
    public long Unsent => Volatile.Read(ref _unsent);

    public void AddEvents(int count) => Interlocked.Add(ref _events, count);

    public void AddQuery() => Interlocked.Increment(ref _queries);

    public void AddRefused(int count) => Interlocked.Add(ref _refused, count);

    public void AddMalformed() => Interlocked.Increment(ref _malformed);

    public void AddDatagram() => Interlocked.Increment(ref _datagrams);

    public void AddDropped(int count) => Interlocked.Add(ref _dropped, count);

    public void AddTurnedAway() => Interlocked.Increment(ref _turnedAway);

    public void AddCutOff() => Interlocked.Increment(ref _cutOff);

    public void AddUnsent() => Interlocked.Increment(ref _unsent);
}
