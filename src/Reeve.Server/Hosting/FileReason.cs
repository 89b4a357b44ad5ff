namespace Reeve.Server.Hosting;

/// <summary>Why a file could not be read or written, in words for people.</summary>
public static class FileReason
{
    /// <summary>The reason; of what the system says where nothing plainer can be said.</summary>
    public static string Of(string path, Exception failure) =>
        Directory.Exists(path) ? "it is a folder, and a file is needed"
        : failure is FileNotFoundException ? "there is no such file"
        : failure is DirectoryNotFoundException ? $"there is no folder {Core.Documents.Quote.Text(Path.GetDirectoryName(path) ?? path)}"
        : failure is UnauthorizedAccessException ? "this user may not; check its owner and mode"
        : failure.Message.TrimEnd('.');
}
