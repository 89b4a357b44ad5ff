using System.Globalization;

namespace Reeve.Storage.Sqlite;

/// <summary>
/// Keeps a second Reeve out of a data folder: a locked file, which the system frees when this process ends, however it ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "reeve.lock";

    // Not in the locked file itself: nobody else can read that one.
    private const string OwnerName = "reeve.owner";

    private readonly FileStream _held;

    private FolderLock(FileStream held) => _held = held;

    /// <summary>Makes the folder when it is not there, and takes its lock. Throws <see cref="StoreException"/>.</summary>
    public static FolderLock Take(string folder, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                File.WriteAllText(Path.Combine(folder, OwnerName), string.Create(
                    CultureInfo.InvariantCulture,
                    $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():u}\n"));
            }
            catch (IOException)
            {
                // A full disk: who holds the lock is then not told, and the database will say what is wrong.
            }

            return new FolderLock(held);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException($"`{folder}`: this user may not write to the data folder; check its owner and mode", false, e);
        }
        catch (IOException e) when (File.Exists(Path.Combine(folder, LockName)))
        {
            throw new StoreException(
                $"`{folder}`: another reeve works on this data folder{Holder(folder)}; stop it, or name another folder", true, e);
        }
        catch (IOException e)
        {
            throw new StoreException($"`{folder}`: cannot be made a data folder ({e.Message}); name another one", false, e);
        }
    }

    public void Dispose() => _held.Dispose();

    private static string Holder(string folder)
    {
        try
        {
            return $" ({File.ReadAllText(Path.Combine(folder, OwnerName)).Trim()})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
