using System.Threading.Channels;
using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Core.Targets;
using Reeve.Storage;
using Reeve.Storage.Records;

namespace Reeve.Server.Watch;

/// <summary>
/// What has become durable, in order, for all who watch: read once from the store and put on one chain. While nobody watches, it does
/// nothing.
/// </summary>
internal sealed class ChangeFeed : IAsyncDisposable
{
    private const int MostNotices = 10_000;
    private const int InOneReading = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Store _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _joining = new(1);

    // held while the chain's place in the journal moves: the first who watches and the pump must not both take the same entries
    private readonly SemaphoreSlim _reading = new(1);
    private readonly CancellationTokenSource _stop = new();

    // a notice that is lost is made up for by the next: the journal is read from where it was left, and the newest is never the lost one
    private readonly Channel<CommitNotice> _notices = Channel.CreateBounded<CommitNotice>(
        new BoundedChannelOptions(MostNotices) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Task _pump;
    private readonly Lock _gate = new();
    private ChangeNode _tail = new(0, null);
    private long _sequence;
    private int _watchers;
    private TaskCompletionSource _pulse = NewPulse();

    public ChangeFeed(Store store, TimeProvider time, WatchOptions options)
    {
        _store = store;
        _time = time;
        Options = options;
        _pump = Task.Run(PumpAsync);
    }

    public WatchOptions Options { get; }

    /// <summary>How many watch.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Is it over?</summary>
    public bool IsClosed => _stop.IsCancellationRequested;

    /// <summary>The last link of the chain, and the number of the newest journal entry up to it.</summary>
    public (ChangeNode Node, long Sequence) Tail
    {
        get
        {
            lock (_gate)
            {
                return (_tail, _sequence);
            }
        }
    }

    /// <summary>Done when the chain has grown since this was read, or the feed was closed.</summary>
    public Task Pulse => Volatile.Read(ref _pulse).Task;

    /// <summary>Takes a place among the watchers; false when all are taken. Whoever has one gives it back.</summary>
    public async Task<bool> TryJoinAsync(CancellationToken cancellationToken)
    {
        await _joining.WaitAsync(cancellationToken);
        try
        {
            if (_watchers >= Options.MaxWatchers || IsClosed)
            {
                return false;
            }

            if (_watchers == 0)
            {
                await BeginAsync(cancellationToken);
            }

            Interlocked.Increment(ref _watchers);
            return true;
        }
        finally
        {
            _joining.Release();
        }
    }

    /// <summary>Gives the place back.</summary>
    public async Task LeaveAsync()
    {
        await _joining.WaitAsync(CancellationToken.None);
        try
        {
            if (Interlocked.Decrement(ref _watchers) == 0)
            {
                _store.Committed -= Take;
            }
        }
        finally
        {
            _joining.Release();
        }
    }

    /// <summary>The journal after a number, for whoever comes back.</summary>
    public Task<IReadOnlyList<KeptJournalEntry>> AfterAsync(long sequence, CancellationToken cancellationToken) =>
        _store.JournalAfterAsync(sequence, InOneReading, cancellationToken);

    /// <summary>Ends the stream of everybody who watches.</summary>
    public void Close()
    {
        _stop.Cancel();
        Interlocked.Exchange(ref _pulse, NewPulse()).TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        _notices.Writer.TryComplete();
        await _pump;
        _stop.Dispose();
        _joining.Dispose();
        _reading.Dispose();
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(CommitNotice notice) => _notices.Writer.TryWrite(notice);

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);

        // listening first: what is written while the number is read is noticed twice rather than never
        _store.Committed += Take;
        try
        {
            var head = await _store.JournalHeadAsync(cancellationToken);
            lock (_gate)
            {
                _sequence = Math.Max(_sequence, head);
            }
        }
        catch
        {
            _store.Committed -= Take;
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (await _notices.Reader.WaitToReadAsync(_stop.Token))
            {
                await PublishAsync();
            }
        }
        catch (OperationCanceledException) when (IsClosed)
        {
            // nobody is left to be told
        }
    }

    private async Task PublishAsync()
    {
        var grown = false;
        var executions = new Dictionary<string, Execution>();
        var targets = new Dictionary<TargetKey, Target?>();
        for (var i = 0; i < InOneReading && _notices.Reader.TryRead(out var notice); i++)
        {
            grown |= notice.Journaled > 0;
            foreach (var execution in notice.Executions)
            {
                executions[execution.Id.Value] = execution;
            }

            foreach (var target in notice.Targets)
            {
                targets[target.Key] = target;
            }

            foreach (var removed in notice.Removed)
            {
                targets[removed] = null;
            }
        }

        await _reading.WaitAsync(_stop.Token);
        try
        {
            while (grown)
            {
                var entries = await ReadAsync();
                Append(entries.Select(Change.Of));
                grown = entries.Count == InOneReading;
            }
        }
        finally
        {
            _reading.Release();
        }

        Append(targets.Select(t => t.Value is { } target ? Change.Of(target) : Change.OfRemoved(t.Key))
            .Concat(executions.Values.Select(Change.Of)));
        Interlocked.Exchange(ref _pulse, NewPulse()).TrySetResult();
    }

    // while the store is away nothing is written either; what was noticed is read when it is back
    private async Task<IReadOnlyList<KeptJournalEntry>> ReadAsync()
    {
        while (true)
        {
            try
            {
                return await AfterAsync(Tail.Sequence, _stop.Token);
            }
            catch (StoreException)
            {
                await Task.Delay(Pause, _time, _stop.Token);
            }
        }
    }

    private void Append(IEnumerable<Change> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                var node = new ChangeNode(_tail.Ordinal + 1, change);
                _tail.Next = node;
                _tail = node;
                _sequence = Math.Max(_sequence, change.Sequence);
            }
        }
    }
}
