// @m-lab/ndt7 with its own workers; figures as its documentation reads them.
async ({ source, downloadWorker, uploadWorker, server }) => {
  const script = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.onload = resolve;
    tag.onerror = () => reject(new Error("the package could not be loaded"));
    tag.src = script(source);
    document.head.append(tag);
  });
  const found = {};
  const failed = [];
  await window.ndt7.test(
    {
      server,
      protocol: "ws",
      mlabDataPolicyInapplicable: true,
      downloadworkerfile: script(downloadWorker),
      uploadworkerfile: script(uploadWorker),
    },
    {
      error: (error) => failed.push(String(error)),
      downloadComplete: ({ LastClientMeasurement: client }) => {
        found.down_mbps = client.MeanClientMbps;
      },
      uploadComplete: ({ LastServerMeasurement: seen }) => {
        found.up_mbps = (seen.TCPInfo.BytesReceived * 8) / seen.TCPInfo.ElapsedTime;
      },
    },
  );
  if (failed.length) throw new Error(failed.join("; "));
  return found;
};
