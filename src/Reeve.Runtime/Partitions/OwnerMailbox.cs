using System.Threading.Channels;
using Reeve.Core.Loop;

namespace Reeve.Runtime.Partitions;

/// <summary>
/// Gives a loop owner one thread at a time: events wait in a bounded queue that can say it is full, everything else in a second one
/// that never refuses, because what it brings (the end of an execution, an answer) has happened already. Timers run between messages.
/// </summary>
public sealed class OwnerMailbox : IAsyncDisposable
{
    private const int Batch = 256;

    private readonly Channel<LoopPass> _events;

    // one that knows how many wait: those made for a single reader do not
    private readonly Channel<Action<LoopOwner>> _control = Channel.CreateUnbounded<Action<LoopOwner>>();
    private readonly SemaphoreSlim _work = new(0);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private DateTimeOffset? _armedFor;
    private int _signalled;

    /// <summary>Makes a mailbox; it takes messages at once and delivers them after <see cref="Start"/>.</summary>
    public OwnerMailbox(LoopOwner owner, int capacity, TimeProvider time)
    {
        Owner = owner;
        _time = time;
        _events = Channel.CreateBounded<LoopPass>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _timer = time.CreateTimer(_ => TimerDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The owner. Only messages may touch it once the mailbox has started.</summary>
    public LoopOwner Owner { get; }

    /// <summary>How many events wait.</summary>
    public int Waiting => _events.Reader.Count;

    /// <summary>What went wrong inside a message, for the log.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Begins to deliver.</summary>
    public void Start() =>
        _loop = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    /// <summary>Puts an event's ways in, all or none; false when the queue is full.</summary>
    public bool TryOffer(LoopPass pass)
    {
        if (!_events.Writer.TryWrite(pass))
        {
            return false;
        }

        Signal();
        return true;
    }

    /// <summary>Puts a message in that is never refused.</summary>
    public void Post(Action<LoopOwner> message)
    {
        _control.Writer.TryWrite(message);
        Signal();
    }

    /// <summary>Asks the owner something.</summary>
    public Task<T> AskAsync<T>(Func<LoopOwner, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(owner =>
        {
            try
            {
                answer.SetResult(question(owner));
            }
            catch (Exception wrong)
            {
                answer.SetException(wrong);
            }
        });
        return answer.Task;
    }

    /// <summary>Done when everything that was put in before has been delivered.</summary>
    public async Task FlushAsync()
    {
        do
        {
            await AskAsync(_ => true);
        }
        while (_events.Reader.Count > 0 || _control.Reader.Count > 0);
        await AskAsync(_ => true);
    }

    /// <summary>Delivers what is waiting, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Signal();
        await _loop;
        await _timer.DisposeAsync();
        _stop.Dispose();
    }

    private void TimerDue()
    {
        // the armed time is used up, also when the clock was a little early: then it is armed again
        _armedFor = null;
        Signal();
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _work.Release();
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _work.WaitAsync();
            Volatile.Write(ref _signalled, 0);
            bool more;
            do
            {
                more = DeliverSome();
                Guard(() => Owner.RunTimers(_time.GetUtcNow()));
            }
            while (more);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            Arm();
        }
    }

    private bool DeliverSome()
    {
        var delivered = 0;
        while (delivered < Batch && _control.Reader.TryRead(out var message))
        {
            Guard(() => message(Owner));
            delivered++;
        }

        while (delivered < Batch && _events.Reader.TryRead(out var pass))
        {
            Guard(pass);
            delivered++;
        }

        return delivered > 0;
    }

    private void Guard(LoopPass pass)
    {
        try
        {
            for (var way = pass; way is not null; way = way.Sibling)
            {
                Owner.Take(way);
            }
        }
        catch (Exception bug)
        {
            Failed?.Invoke(bug);
        }
    }

    // a bug in one message must not stop the messages of everybody else
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception bug)
        {
            Failed?.Invoke(bug);
        }
    }

    private void Arm()
    {
        if (Owner.NextTimer == _armedFor)
        {
            return;
        }

        _armedFor = Owner.NextTimer;
        if (_armedFor is { } next)
        {
            var due = next - _time.GetUtcNow();

            // the runtime's timers hold at most 49 days; a later look is soon enough to arm it again
            _timer.Change(
                due < TimeSpan.Zero ? TimeSpan.Zero : due < TimeSpan.FromDays(40) ? due : TimeSpan.FromDays(40), Timeout.InfiniteTimeSpan);
        }
    }
}
