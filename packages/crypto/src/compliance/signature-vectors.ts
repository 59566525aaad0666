/**
 * XEdDSA signatures with what verifying them must say: some by libsignal, some by another implementation and confirmed by
 * libsignal, some with one bit flipped. Both values of the sign bit are there. A test holds them to the file they are from,
 * test/vectors/xeddsa.json.
 */

/** Keys of 33 bytes, signatures of 64, all in hex. */
export interface SignatureVector {
  readonly publicKey: string
  readonly message: string
  readonly signature: string
  readonly isValid: boolean
}

export const SIGNATURE_VECTORS: readonly SignatureVector[] = [
  {
    publicKey: '05e4b67a6cf773ef47f2a50a791edb8184ee37e40fa75ea4b7db73f42109f56669',
    message: '',
    signature:
      'f4db95cbb88ad9306968e52b4a017ce8ac19bc02bc51ebfd7f67b0d4596bc0377d5dacfcc94342bdf8a2bbb81d8b02e02220cac87fe51452f29ddad097e3910d',
    isValid: true
  },
  {
    publicKey: '05effab1e1224e67de8c58047867af5cebf123f25150e0e787ce921ad472aca012',
    message: 'ef4564badd4afa',
    signature:
      '6a1751717afd1924f11bc836b94d9aad3ac9d89e659f8f6fe446ec6f87f047a9b73043f8c5be8711fb27f51daa973ea70ce9465d5fcae3fcd4d80d981aefda8b',
    isValid: true
  },
  {
    publicKey: '058b2a3d329a0e6fd3d86baa16bb6ad23d41f9c701972d23d477114871da814c28',
    message: '43c96742fae41d0831b70549cdec',
    signature:
      '1ce5a17db45b04eb850d8efba82d303bd6f3eaefaca525d697ee093277d2674797c26ecc33c997df7bdb50516e55a82201ee28ae14a2dd64f6cddec98920fb8f',
    isValid: true
  },
  {
    publicKey: '051b9353a5e2edf963fc03ff198651a92713e83f9d63408327f65f8ba0ec768b43',
    message: 'e3fb60a844421ae6825492d81ee12aa3c48df05d1d',
    signature:
      '3de289283f30b62bd95ac6f9b7718deeda2997e787595e2f01b8f8811f4b2a1e6467d20b800a4d5cf94308d601727e70a58590788766ddb622f4226fcfa6db0d',
    isValid: true
  },
  {
    publicKey: '0577b3045dc70de3c2e839cbfd9c0c5780e924bc183c875a8fe6da586cd35f6221',
    message: 'e2accb117cd045c80629ddfce6818f6a2f1c32b06e5c901543ebb103',
    signature:
      'e613dd82898d6d5662b2ace7656a19661e94bad9692f78541ea05fdbac370cafa47b6e933487fdf22047714c62ae0edb01c2d5e0dc0df3b2c4a988037b78e38e',
    isValid: true
  },
  {
    publicKey: '057e37baf035a7521b4896646424adc839be4d77432952bb16eda2fe81f749e40c',
    message: '5f8aa21fda0c0841df5d054ba11b6dca7488a5680f4a3495118b1b3cee86e5f8552e32',
    signature:
      'a6f8e99535fb0a975334c110575b593ca7d4a427b7262275c0bb733d9238f0a70e8f47135a33f5f499de9860acdecbdff90558ae30a392363cdd553c83d3bb0a',
    isValid: true
  },
  {
    publicKey: '05edcc7dd84c5af40239f68793f4a6c26a73a5773b566dd0afe6c572522d9ca31a',
    message: '94b190c7da67460b9e56ba78316a05c1c9570018d723cc7de045bdc92a1d66d43dd72bc29dd0c235bc69',
    signature:
      'fa439bcdcb14fe7a7e762b5290d2b81aebe83e43ce8517594ccca242c529d194e3c4b5b3d157497ddb2094d04ecc1b512b334d4927ff9a8a08e97381162e8e00',
    isValid: true
  },
  {
    publicKey: '05ef8e750c13f773c1f249c8eeda40c193ebce9bd6b3089fb5a12a9c2247e5406c',
    message:
      '63f5f4e277798b4cce43b38a1f3e222937b8f87493de41e03c40c6221c3592bfa1bf7bb62f4cd9189b880f212786c91844',
    signature:
      '5148ce526b8ad6eb4281961c720d0c56704a957cfaaf0ed17f001faeaae134e9820e1c85dd5b5d49df755ac4f1747793430d16ca41c451d996b902c87f87d406',
    isValid: true
  },
  {
    publicKey: '05672a4354746f4e7017e43935e5732ecbb1fdc7ef3b1483aca36cd14d68909758',
    message:
      '2cd92bd099026c8c9db311999126b2c37cff08c6520bfbeb2733148f9c2f13ca4d0e73758558383a16d39178a7a4ebd67370084b050791a7',
    signature:
      '965587601916aeaf047bbc1c12b8ec615805834682c4e0f82b5acdd95dd2f6ee2354557d7f22c234c541f4092db8dcc5c6c1d116a8568a4fae123154cc3bc30d',
    isValid: true
  },
  {
    publicKey: '058546ec1ac79beb49e1ecbcb3dccdad7fe623eb02c6e66f3f4abedfb457b0f023',
    message:
      'f6a43e2230de2a4d422360f02ed1884aa52f8163bf94238e993bb18535fb03e521008fad7fd8d0c1e05ac8ba989d37560d8b9bff82fbc153cab926600335bd',
    signature:
      'fd15f16b665b7a95b8ed05bff60d3707b4530ffe295998e75392984b46b66b795974fb9f833a5b50e8a7c8dbf03dec3feb2e6b2aa33fad02f0aabe0d35ed8888',
    isValid: true
  },
  {
    publicKey: '0550d33cda978661738034e913fb747e3fbdf0ff8c27770f70267ae37a3b0da45a',
    message: '5e4effdb270233c5ead293d3e96ad342119286a7cc17a1f5faf49d98f37b86ca98',
    signature:
      '771235d843a1b4483c09406c7a67fd23348af04ea2c907059159b1e84ff4fc414ef9d11f6efeeaf2fb63cbd6d17e767a42f49053c429e2161092644742bb520c',
    isValid: true
  },
  {
    publicKey: '0550d33cda978661738034e913fb747e3fbdf0ff8c27770f70267ae37a3b0da45a',
    message: '5e4effdb270233c5ead293d3e96ad342119286a7cc17a1f5faf49d98f37b86ca98',
    signature:
      '771235d843a1b4483c09406c7a67fd23348af04ea2c907059159b1e84ff4fc414ef9d11f6efeeaf2fb63cbd6d17e767a42f49053c429e2161092644742bb528c',
    isValid: false
  },
  {
    publicKey: '05801f1a820b81e06320803e3f54df2af637436455b1b1e33c22755a851413e012',
    message: '651cdc35d2e2ab609f32db873b768109027b61fd50727a3c83867235c7060c2342',
    signature:
      'db3c21314b925bad28a1aae644e3bd7b23b72a8ae0685cfebb917ca2e9f62da2d51f7d5142ed28e002972e71cff589f7249a35517363adc8f9d7c7ad52cff809',
    isValid: true
  },
  {
    publicKey: '05801f1a820b81e06320803e3f54df2af637436455b1b1e33c22755a851413e012',
    message: '651cdc35d2e2ab609f32db873b768109027b61fd50727a3c83867235c7060c2342',
    signature:
      'db3c21314b925bad28a1aae644e3bd7b23b72a8ae0685cfebb917ca2e9f62da2d51f7d5142ed28e002972e71cff589f7249a35517363adc8f9d7c7ad52cff889',
    isValid: false
  },
  {
    publicKey: '05a325ef02032bab1da59534229686fd87c4138a382d83b2d759452c8d26dd5646',
    message: '58550a31bcb25df9a0402b671e16fd88005bd4caa2895753737ba68799c621b51f',
    signature:
      'ae880b753a5ecf73ceefc6d965ac5ca4c31b2b59b4c458a25930f67523e7228d6e5338d46ed04e907832a5ace253ac0fefe92f25ddd4fc5d2938bf4e00f50906',
    isValid: true
  },
  {
    publicKey: '05a325ef02032bab1da59534229686fd87c4138a382d83b2d759452c8d26dd5646',
    message: '58550a31bcb25df9a0402b671e16fd88005bd4caa2895753737ba68799c621b51f',
    signature:
      'ae880b753a5ecf73ceefc6d965ac5ca4c31b2b59b4c458a25930f67523e7228d6e5338d46ed04e907832a5ace253ac0fefe92f25ddd4fc5d2938bf4e00f50986',
    isValid: false
  },
  {
    publicKey: '053d81f2271ae11532702b175e5875a12d3ec985f64c174050688b75030068ca6b',
    message: 'f3a1cfe06c411117fc9f78b8007a88868623a325ca8bc8e7356fdb6b8c58ce4072',
    signature:
      '08673cbe4640d66fde2897688c1b1cde614520d1177c10f1e9ab41f0107aa422cd70887875dde6071162d89d3615781fc362363b520129f2a05c9a1a3cb15c81',
    isValid: true
  },
  {
    publicKey: '053d81f2271ae11532702b175e5875a12d3ec985f64c174050688b75030068ca6b',
    message: 'f3a1cfe06c411117fc9f78b8007a88868623a325ca8bc8e7356fdb6b8c58ce4072',
    signature:
      '08673cbe4641d66fde2897688c1b1cde614520d1177c10f1e9ab41f0107aa422cd70887875dde6071162d89d3615781fc362363b520129f2a05c9a1a3cb15c81',
    isValid: false
  },
  {
    publicKey: '05f813f5a7852e7af5bd4e75440b257e41e6b8c17085b83ddf6bdbafc2bc105301',
    message: '4f436b2ee2297e6e0911e2887eb0152a1a96721319042b7092943a8ead0e77214a',
    signature:
      '9dbc18d31b8b4ad91edd8e25598dbdd0e6388ab85be0c647da23e629e888b9c1d1f9eb5c2612925180e2d8f72eb1b073f15853f69b20a14ac2896a84f2697b83',
    isValid: true
  },
  {
    publicKey: '05f813f5a7852e7af5bd4e75440b257e41e6b8c17085b83ddf6bdbafc2bc105301',
    message: '4f436b2ee2297e6e0911e2887eb0152a1a96721319042b7092943a8ead0e77214a',
    signature:
      '9dbc18d31b8a4ad91edd8e25598dbdd0e6388ab85be0c647da23e629e888b9c1d1f9eb5c2612925180e2d8f72eb1b073f15853f69b20a14ac2896a84f2697b83',
    isValid: false
  },
  {
    publicKey: '0568681fb8bf8424ddaaa521bfd4e06b6758a7aeb6039e8b60c36b8123474c2b52',
    message: 'bf2c87b4a8fb1301184c87697c851f98238cd181c9401278c98443b600baaf15e8',
    signature:
      '88784109f646a9b8f70cc79ad182afde6a5f267cf1f14799011d316a38145696053628844564620fa1d218260933f889ef298389e03d08bd0ec035a7943bb18d',
    isValid: true
  },
  {
    publicKey: '0568681fb8bf8424ddaaa521bfd4e06b6758a7aeb6039e8b60c36b8123474c2b52',
    message: 'bf2c87b4a8fb1301184c87697c851f98238cd181c9401278c98443b600baaf15e8',
    signature:
      '88784109f647a9b8f70cc79ad182afde6a5f267cf1f14799011d316a38145696053628844564620fa1d218260933f889ef298389e03d08bd0ec035a7943bb18d',
    isValid: false
  }
]
