namespace Reeve.Languages.Streams.Compiler;

/// <summary>The names that a function sees, while it is compiled.</summary>
internal sealed class FnScope(FnScope? parent)
{
    private readonly List<(string Name, int Slot)> _locals = [];
    private readonly List<string> _capturedNames = [];

    public FnScope? Parent => parent;

    /// <summary>How many slots a frame needs.</summary>
    public int Slots { get; private set; }

    /// <summary>What the function takes along from around it, as code of the function around.</summary>
    public List<Code> Captured { get; } = [];

    /// <summary>Where <c>recur</c> goes back to.</summary>
    public int[]? RecurSlots { get; set; }

    public int Mark => _locals.Count;

    public int NewSlot() => Slots++;

    public int Declare(string name)
    {
        var slot = NewSlot();
        _locals.Add((name, slot));
        return slot;
    }

    public void Forget(int mark) => _locals.RemoveRange(mark, _locals.Count - mark);

    /// <summary>The code that reads a local name here; null when there is none.</summary>
    public Code? Find(string name)
    {
        for (var i = _locals.Count - 1; i >= 0; i--)
        {
            if (_locals[i].Name == name)
            {
                return new SlotCode(_locals[i].Slot);
            }
        }

        var known = _capturedNames.IndexOf(name);
        if (known >= 0)
        {
            return new CapturedCode(known);
        }

        if (parent?.Find(name) is not { } outer)
        {
            return null;
        }

        _capturedNames.Add(name);
        Captured.Add(outer);
        return new CapturedCode(Captured.Count - 1);
    }

    public IEnumerable<string> Names => _locals.Select(l => l.Name).Concat(parent?.Names ?? []);
}
