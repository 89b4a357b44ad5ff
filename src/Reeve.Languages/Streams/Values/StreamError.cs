namespace Reeve.Languages.Streams.Values;

/// <summary>
/// An exception of a program, by the name that its like has on the JVM; the branch on which it is thrown loses the event.
/// </summary>
public sealed class StreamError(string kind, string message, object? data = null) : Exception(message)
{
    internal const string NullPointer = "java.lang.NullPointerException";
    internal const string ClassCast = "java.lang.ClassCastException";
    internal const string Arithmetic = "java.lang.ArithmeticException";
    internal const string IllegalArgument = "java.lang.IllegalArgumentException";
    internal const string IllegalState = "java.lang.IllegalStateException";
    internal const string OutOfBounds = "java.lang.IndexOutOfBoundsException";
    internal const string NumberFormat = "java.lang.NumberFormatException";
    internal const string ArityKind = "clojure.lang.ArityException";
    internal const string Assertion = "java.lang.AssertionError";
    internal const string Info = "clojure.lang.ExceptionInfo";
    internal const string Plain = "java.lang.Exception";

    /// <summary>Its class on the JVM.</summary>
    public string Kind => kind;

    /// <summary>What <c>ex-info</c> was given, if anything.</summary>
    public object? Carried => data;

    internal static StreamError Nil() => new(NullPointer, "a value is needed here, found nil");

    internal static StreamError Cast(object? found, string expected) => found is null
        ? new StreamError(NullPointer, $"expected {expected}, found nil")
        : new StreamError(ClassCast, $"expected {expected}, found {Printer.Short(found)}");

    internal static StreamError Arity(string name, int count) =>
        new(ArityKind, $"{name} cannot be called with {count} argument{(count == 1 ? "" : "s")}");

    internal static StreamError Argument(string message) => new(IllegalArgument, message);
}

/// <summary>A limit was reached: the program is stopped, and nothing inside it can catch that.</summary>
public sealed class StreamLimitException(string message) : Exception(message);
