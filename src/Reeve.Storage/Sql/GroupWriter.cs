using System.Collections.Concurrent;
using Reeve.Core.Journal;

namespace Reeve.Storage.Sql;

/// <summary>
/// Takes writes in order and commits whatever waits as one group, on a thread of its own. What cannot be committed now is tried again
/// until it can: the state in memory is ahead of the disk, and nothing of it may be left out.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    private const int LargestGroup = 1000;
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    /// <summary>A database that takes longer over one commit counts as away, although it has not said so.</summary>
    private static readonly TimeSpan _slowCommit = TimeSpan.FromSeconds(5);

    private readonly IWriterConnection _connection;
    private readonly TimeProvider _time;
    private readonly BlockingCollection<PendingWrite> _queue = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Thread _thread;
    private readonly ITimer? _probe;
    private volatile StoreHealth _health = StoreHealth.Well;
    private readonly PendingWrite _question = new PendingWrite<bool>(_ => true);
    private Exception? _lost;

    // When the commit at work began; null between commits.
    private volatile object? _began;

    /// <summary>
    /// With <paramref name="probeEvery"/>, the database is also asked while there is nothing to write, so that the health tells the truth.
    /// </summary>
    public GroupWriter(IWriterConnection connection, TimeProvider time, TimeSpan? probeEvery)
    {
        _connection = connection;
        _time = time;
        _thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        _thread.Start();
        _probe = probeEvery is { } period ? time.CreateTimer(_ => Probe(), null, period, period) : null;
    }

    public StoreHealth Health => _health.IsWell && _began is DateTimeOffset began && _time.GetUtcNow() - began > _slowCommit
        ? new StoreHealth(false, began, "the database does not answer")
        : _health;

    /// <summary>Queues a write. Writes are committed in the order of these calls.</summary>
    public Task<T> Enqueue<T>(Func<ISqlSession, T> work)
    {
        var write = new PendingWrite<T>(work);
        try
        {
            _queue.Add(write);
        }
        catch (InvalidOperationException)
        {
            write.Fail(new ObjectDisposedException("store", "the store is closed"));
        }

        return write.Answer;
    }

    /// <summary>Commits what is queued and ends; when the database is away, what is queued fails.</summary>
    public void Dispose()
    {
        _probe?.Dispose();
        _queue.CompleteAdding();
        _closing.Cancel();
        _thread.Join();
        _connection.Dispose();
        _queue.Dispose();
        _closing.Dispose();
    }

    private void Probe()
    {
        try
        {
            if (_queue.Count == 0)
            {
                _queue.TryAdd(_question);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // It is being closed: there is nothing to ask any more.
        }
    }

    private void Run()
    {
        var group = new List<PendingWrite>();
        while (_queue.TryTake(out var first, Timeout.Infinite))
        {
            group.Clear();
            group.Add(first);
            while (group.Count < LargestGroup && _queue.TryTake(out var next))
            {
                group.Add(next);
            }

            // What remains of a lone question is an empty group, which asks.
            group.RemoveAll(w => w == _question);
            Commit(group);
        }
    }

    private void Commit(List<PendingWrite> group)
    {
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            if (_lost is not null)
            {
                FailAll(group, _lost);
                return;
            }

            try
            {
                _began = _time.GetUtcNow();
                _connection.Commit(group);
                _health = StoreHealth.Well;
                return;
            }
            catch (StoreException e) when (e.IsTransient)
            {
                _health = new StoreHealth(false, _health.FailingSince ?? _time.GetUtcNow(), e.Message);
                group.RemoveAll(w => w.IsOver);
                if (!WaitUnlessClosing(pause))
                {
                    FailAll(group, e);
                    return;
                }
            }
            catch (Exception e)
            {
                _lost = e;
                _health = new StoreHealth(false, _health.FailingSince ?? _time.GetUtcNow(), e.Message);
            }
            finally
            {
                _began = null;
            }
        }
    }

    private bool WaitUnlessClosing(TimeSpan pause)
    {
        if (_closing.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            Task.Delay(pause, _time, _closing.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // One last try: what was acknowledged to nobody may still come through.
        }

        return true;
    }

    private static void FailAll(List<PendingWrite> group, Exception why)
    {
        foreach (var write in group.Where(w => !w.IsOver))
        {
            write.Fail(why);
        }
    }
}
