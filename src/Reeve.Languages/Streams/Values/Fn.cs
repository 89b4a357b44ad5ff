namespace Reeve.Languages.Streams.Values;

/// <summary>Something that can be called: a function, a stream, a keyword, a map, a set.</summary>
public abstract class Fn
{
    /// <summary>Calls it.</summary>
    public abstract object? Invoke(params ReadOnlySpan<object?> args);

    /// <summary>Calls it with one argument.</summary>
    public virtual object? Invoke(object? arg) => Invoke([arg]);

    /// <summary>Calls it with one argument; is the answer neither nil nor false?</summary>
    public virtual bool Test(object? arg) => Truth.Of(Invoke(arg));
}

/// <summary>A built-in function.</summary>
internal sealed class NativeFn(string name, int least, int most, NativeFn.Body body) : Fn
{
    /// <summary>What a built-in does; the number of arguments has been checked.</summary>
    public delegate object? Body(ReadOnlySpan<object?> args);

    /// <summary>No upper bound on the number of arguments.</summary>
    public const int Any = int.MaxValue;

    public string Name => name;

    public int Least => least;

    public int Most => most;

    public override object? Invoke(params ReadOnlySpan<object?> args) =>
        args.Length >= least && args.Length <= most ? body(args) : throw StreamError.Arity(name, args.Length);

    public override object? Invoke(object? arg) =>
        least <= 1 && most >= 1 ? body(new ReadOnlySpan<object?>(in arg)) : throw StreamError.Arity(name, 1);

    public override string ToString() => name;
}

/// <summary>Truth in Clojure: all but nil and false.</summary>
internal static class Truth
{
    public static readonly object True = true;
    public static readonly object False = false;

    public static bool Of(object? value) => value is not null && (value is not bool flag || flag);

    public static object Box(bool value) => value ? True : False;
}
