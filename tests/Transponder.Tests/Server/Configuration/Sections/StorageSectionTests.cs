using Transponder.Integrations.Artifacts.Local;
using Transponder.Integrations.Artifacts.S3;
using Transponder.Server.Configuration;
using Xunit;

namespace Transponder.Tests.Server.Configuration.Sections;

public sealed class StorageSectionTests
{
    [Fact]
    public void Storage_Absent_IsADirectory()
    {
        var storage = Read("projects: [ a ]");

        Assert.Equal("./data/artifacts", Assert.IsType<LocalArtifactOptions>(storage.Place).Directory);
        Assert.Equal(
            (TimeSpan.FromHours(1), TimeSpan.FromHours(1), ""),
            (storage.Proxy.UploadLife, storage.Proxy.DownloadLife, storage.Proxy.Prefix)
        );
    }

    [Fact]
    public void Local_Keys_AreRead()
    {
        var storage = Read(
            "storage: { type: local, directory: ./x, publicUrl: 'https://t.example.com', maxUploadSize: 6Mi, prefix: /up/loads/, uploadExpiry: 10m, downloadExpiry: 2h }"
        );

        var local = Assert.IsType<LocalArtifactOptions>(storage.Place);
        Assert.Equal(("./x", "https://t.example.com/", 6L << 20), (local.Directory, local.PublicUrl!.AbsoluteUri, local.MaxUploadBytes));
        Assert.Equal(
            ("up/loads", TimeSpan.FromMinutes(10), TimeSpan.FromHours(2)),
            (storage.Proxy.Prefix, storage.Proxy.UploadLife, storage.Proxy.DownloadLife)
        );
    }

    [Theory]
    [InlineData("storage: { type: s3, bucket: b, region: r, endpoint: 'http://m:9000', pathStyle: true }")]
    [InlineData(
        "storage: { type: minio, container: b, connection: { endpoint: 'http://m:9000', region: r, auth-type: iam, disable-ssl: true } }"
    )]
    [InlineData(
        "storage: { type: stow, container: b, stow: { kind: s3, config: { endpoint: 'http://m:9000', region: r, v2_signing: false } } }"
    )]
    [InlineData("storage: { type: s3, container: b, connection: { endpoint: 'http://m:9000' } }\nremoteData: { region: r, scheme: aws }")]
    public void S3_EitherSpelling_IsRead(string yaml)
    {
        var s3 = Assert.IsType<S3Options>(Read(yaml).Place);

        Assert.Equal(("b", "r", "http://m:9000/", true), (s3.Bucket, s3.Region, s3.Endpoint!.AbsoluteUri, s3.PathStyle));
        Assert.Null(s3.AccessKey);
    }

    [Fact]
    public void S3_FlytesKeysAndOverride_AreRead()
    {
        var s3 = Assert.IsType<S3Options>(
            Read(
                "storage: { type: minio, container: b, connection: { endpoint: 'http://m', access-key: id, secret-key: s }, "
                    + "signedUrl: { stowConfigOverride: { endpoint: 'http://localhost:30002' } } }"
            ).Place
        );

        Assert.True(s3.AccessKey!.TryResolve(out var id, out _) && id == "id");
        Assert.Equal("http://localhost:30002/", s3.PublicEndpoint!.AbsoluteUri);
    }

    [Fact]
    public void DataProxy_FlytesLimits_AreRead()
    {
        var storage = Read(
            "server: { dataProxy: { upload: { maxSize: 10Mi, maxExpiresIn: 5m, storagePrefix: up, defaultFileNameLength: 30 }, download: { maxExpiresIn: 6m } } }"
        );

        Assert.Equal(10L << 20, Assert.IsType<LocalArtifactOptions>(storage.Place).MaxUploadBytes);
        Assert.Equal(
            ("up", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6), 30),
            (storage.Proxy.Prefix, storage.Proxy.UploadLife, storage.Proxy.DownloadLife, storage.Proxy.NameLength)
        );
    }

    [Theory]
    [InlineData("storage: { type: azure }", "storage.type")]
    [InlineData("storage: { type: s3 }", "storage.bucket: is missing")]
    [InlineData("storage: { type: s3, bucket: b, accessKey: { env: X } }", "storage.secretKey: is missing")]
    [InlineData("storage: { type: s3, bucket: b, endpoint: 'minio:9000' }", "storage.endpoint: \"minio:9000\" is not a URL")]
    [InlineData("storage: { maxUploadSize: 6 megabytes }", "is not a size such as 6Mi")]
    [InlineData("storage: { prefix: ../x }", "storage.prefix: \"../x\" is no plain path")]
    [InlineData("storage: { uploadExpiry: 200h }", "at most 168h")]
    public void Storage_WhatIsWrong_IsAnErrorWithItsKey(string yaml, string expected) =>
        Assert.Contains(ConfigLoader.Parse("c.yaml", yaml).Problems, problem => problem.IsError && problem.ToString().Contains(expected));

    [Theory]
    [InlineData("storage: { type: stow, container: b, stow: { kind: google, config: { json: '' } } }", 1)]
    [InlineData("storage: { type: none }", 0)]
    public void Storage_OfAnotherKind_IsNoDataProxy(string yaml, int warnings)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);

        Assert.Null(result.Options.Storage.Place);
        Assert.Equal(warnings, result.Problems.Count);
        Assert.True(result.IsValid());
    }

    private static StorageOptions Read(string yaml)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);
        Assert.Empty(result.Problems);
        return result.Options.Storage;
    }
}
