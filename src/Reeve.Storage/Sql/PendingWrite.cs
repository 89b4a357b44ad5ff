namespace Reeve.Storage.Sql;

/// <summary>A write in the queue: its work, and the one who waits for it.</summary>
internal abstract class PendingWrite
{
    /// <summary>Has the one who waits been answered?</summary>
    public bool IsOver { get; private set; }

    /// <summary>Does the work; a later run replaces what an earlier one gave.</summary>
    public abstract void Run(ISqlSession session);

    /// <summary>It is on disk.</summary>
    public void Succeed()
    {
        IsOver = true;
        AnswerSuccess();
    }

    /// <summary>It never will be.</summary>
    public void Fail(Exception why)
    {
        IsOver = true;
        AnswerFailure(why);
    }

    protected abstract void AnswerSuccess();

    protected abstract void AnswerFailure(Exception why);
}

/// <summary>A write that gives something back.</summary>
internal sealed class PendingWrite<T>(Func<ISqlSession, T> work) : PendingWrite
{
    // Whoever waits goes on elsewhere: the writer's thread has the next group to commit.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _given = default!;

    public Task<T> Answer => _answer.Task;

    public override void Run(ISqlSession session) => _given = work(session);

    protected override void AnswerSuccess() => _answer.TrySetResult(_given);

    protected override void AnswerFailure(Exception why) => _answer.TrySetException(why);
}
