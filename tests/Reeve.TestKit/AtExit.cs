namespace Reeve.TestKit;

/// <summary>What is still to be done when the test process ends: the latest first, so that servers end before their folders go.</summary>
internal static class AtExit
{
    private static readonly List<Action> _actions = [];

    static AtExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Run();

    public static void Add(Action action)
    {
        lock (_actions)
        {
            _actions.Add(action);
        }
    }

    public static void Remove(Action action)
    {
        lock (_actions)
        {
            _actions.Remove(action);
        }
    }

    private static void Run()
    {
        Action[] actions;
        lock (_actions)
        {
            actions = [.. _actions];
        }

        foreach (var action in actions.Reverse())
        {
            action();
        }
    }
}
