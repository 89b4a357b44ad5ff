namespace Reeve.TestKit;

/// <summary>The checkout that the tests belong to.</summary>
public static class Checkout
{
    /// <summary>Its folder, the one with the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Reeve.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests belong to a checkout, and there is none above them");
    }
}
