using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Reeve.Storage.Sqlite;

/// <summary>
/// Chooses the native SQLite: the system's <c>libsqlite3.so.0</c>, which the distribution keeps patched (Debian 12: 3.40.1), and only
/// where there is none the one that comes with the package (3.35.5, without later fixes). The package has no provider for a system
/// library that can be had, so the load of its own library is led to the other one.
/// </summary>
internal static class SqliteLibrary
{
    private const string SystemLibrary = "libsqlite3.so.0";

    private static readonly Lazy<string> _version = new(Load);

    /// <summary>Loads it once, and says its version.</summary>
    public static string Version => _version.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return raw.sqlite3_libversion().utf8_to_string();
    }

    // Zero leaves the search to the runtime, which finds the library of the package.
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad(SystemLibrary, out var library) ? library : IntPtr.Zero;
}
