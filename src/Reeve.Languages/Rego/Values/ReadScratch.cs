namespace Reeve.Languages.Rego.Values;

/// <summary>Where a thread puts what it reads until its number is known, so that arrays are made in their size and once.</summary>
internal sealed class ReadScratch
{
    private const int LargestScanned = 8;
    private const int LargestKept = 4096;

    [ThreadStatic]
    private static ReadScratch? _ofThread;

    private KeyValuePair<Value, Value>[] _members = new KeyValuePair<Value, Value>[64];
    private Value[] _items = new Value[64];

    public static ReadScratch OfThread => _ofThread ??= new ReadScratch();

    private int _mostMembers;
    private int _mostItems;

    public int MemberCount { get; private set; }

    public int ItemCount { get; private set; }

    public void Add(Value item)
    {
        if (ItemCount == _items.Length)
        {
            Array.Resize(ref _items, ItemCount * 2);
        }

        _items[ItemCount++] = item;
    }

    public void Add(Value key, Value value)
    {
        if (MemberCount == _members.Length)
        {
            Array.Resize(ref _members, MemberCount * 2);
        }

        _members[MemberCount++] = new(key, value);
    }

    public Value[] Items(int from) => _items.AsSpan(from, ItemCount - from).ToArray();

    /// <summary>The object of the members; the last of those with one key counts.</summary>
    public ObjectValue ToObject(int from)
    {
        var members = _members.AsSpan(from, MemberCount - from);
        if (members.IsEmpty)
        {
            return ObjectValue.Empty;
        }

        if (members.Length <= LargestScanned && AreDifferent(members))
        {
            return new ObjectValue(members.ToArray());
        }

        var builder = new ObjectBuilder(members.Length);
        foreach (var (key, value) in members)
        {
            builder.Set(key, value);
        }

        return builder.ToObject();
    }

    /// <summary>Goes back to fewer members without letting go of what they were, which <see cref="Clear"/> does at the end.</summary>
    public void DropMembers(int to)
    {
        _mostMembers = Math.Max(_mostMembers, MemberCount);
        MemberCount = to;
    }

    /// <summary>The same for items.</summary>
    public void DropItems(int to)
    {
        _mostItems = Math.Max(_mostItems, ItemCount);
        ItemCount = to;
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        MemberCount = Math.Max(_mostMembers, MemberCount);
        ItemCount = Math.Max(_mostItems, ItemCount);
        (_mostMembers, _mostItems) = (0, 0);
        CutMembers(0);
        CutItems(0);
    }

    public void CutMembers(int to)
    {
        Array.Clear(_members, to, MemberCount - to);
        MemberCount = to;
        if (to == 0 && _members.Length > LargestKept)
        {
            _members = new KeyValuePair<Value, Value>[64];
        }
    }

    public void CutItems(int to)
    {
        Array.Clear(_items, to, ItemCount - to);
        ItemCount = to;
        if (to == 0 && _items.Length > LargestKept)
        {
            _items = new Value[64];
        }
    }

    private static bool AreDifferent(ReadOnlySpan<KeyValuePair<Value, Value>> members)
    {
        for (var at = 1; at < members.Length; at++)
        {
            for (var before = 0; before < at; before++)
            {
                // what is read has texts as keys, and comparing those needs no look at types
                if (((StringValue)members[before].Key).Text == ((StringValue)members[at].Key).Text)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
