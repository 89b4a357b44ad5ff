using System.Reflection;
using System.Runtime.CompilerServices;
using Jurassic;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// What the engine's code calls to make 32 bits of a value whose type is known only when it runs. The engine's own functions rely on a
/// conversion that wraps around, which today's runtime does not do; see <see cref="BitwiseOperands"/> for the values whose type is known.
/// </summary>
internal static class IntegerConversions
{
    private static readonly Lazy<bool> _installed = new(InstallOnce);

    /// <summary>Puts these in place of the engine's own in this process; false when the engine is not the one that is known.</summary>
    public static bool Install() => _installed.Value;

    /// <summary>The lowest 32 bits of a number, as ECMAScript 5 §9.5 says; zero of what is none.</summary>
    public static int ToInt32(object value) => value is int whole ? whole : Wrap(TypeConverter.ToNumber(value));

    /// <summary>The same bits without a sign.</summary>
    public static uint ToUint32(object value) => unchecked((uint)ToInt32(value));

    private static int Wrap(double number)
    {
        if (Math.Abs(number) < long.MaxValue)
        {
            return unchecked((int)(long)number);
        }

        return double.IsFinite(number) ? unchecked((int)(long)(number % 4294967296.0)) : 0;
    }

    private static bool InstallOnce()
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
        var helpers = typeof(ScriptEngine).Assembly.GetType("Jurassic.Compiler.ReflectionHelpers");
        if (helpers?.GetField("TypeConverter_ToInt32", Any) is not { } signed
            || helpers.GetField("TypeConverter_ToUint32", Any) is not { } other)
        {
            return false;
        }

        RuntimeHelpers.RunClassConstructor(helpers.TypeHandle);
        signed.SetValue(null, typeof(IntegerConversions).GetMethod(nameof(ToInt32)));
        other.SetValue(null, typeof(IntegerConversions).GetMethod(nameof(ToUint32)));
        return true;
    }
}
